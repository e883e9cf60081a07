// Questions on the terminal: the one user of inquirer, loaded when the first question is asked.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { Interrupted } from '../../errors/interrupted.ts';
import { errnoOf } from '../../platform/files.ts';
import type { Questions } from '../../platform/questions.ts';
import type { Environment } from '../context.ts';
import { widthOf } from '../output/style.ts';
import { wrapLine, wrapLineOfAdvice } from '../output/wrap.ts';

/** Lines of choices that are shown at once; one may take several. */
const PAGE_LINES = 16;
/** What stands before a choice, and by how much its further lines are deeper. */
const CHOICE_MARGIN = 5;

/** A terminal that was closed refuses to leave raw mode and to be read, and readline throws that where nobody can catch it; the clean-up would not be reached. */
function survivesHangUp(input: NodeJS.ReadStream): void {
  if (!input.isTTY) return;
  const setRawMode = input.setRawMode.bind(input);
  input.setRawMode = (mode) => {
    try {
      return setRawMode(mode);
    } catch (error) {
      if (errnoOf(error) === 'EIO') return input;
      throw error;
    }
  };
  const emit = input.emit.bind(input) as (event: string | symbol, ...rest: readonly unknown[]) => boolean;
  let isGone = false;
  input.emit = (event: string | symbol, ...rest: readonly unknown[]) => {
    if (event !== 'error' || errnoOf(rest[0]) !== 'EIO') return emit(event, ...rest);
    // Once: whoever hears of the end leaves raw mode, which is refused in the same way.
    if (isGone) return true;
    isGone = true;
    return emit('end');
  };
}

/** Rejects with Interrupted once the terminal is gone: nobody will answer, and not everybody is sent a signal then. */
function terminalLoss(input: NodeJS.ReadStream): { readonly loss: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // it may come when the question has its answer
  const onGone = (): void => reject(new Interrupted('SIGHUP'));
  const events = ['error', 'end', 'close'];
  if (input.destroyed || input.readableEnded) onGone();
  for (const event of events) input.on(event, onGone);
  return {
    loss: promise,
    forget: () => {
      for (const event of events) input.off(event, onGone);
    },
  };
}

/** Asks on stdin and stderr, so that stdout stays data. Ctrl-C at a question is Interrupted; a question also ends when `signal` aborts. */
export function terminalQuestions(input: NodeJS.ReadStream, output: NodeJS.WriteStream, signal: AbortSignal, env: Environment): Questions {
  const interactive = input.isTTY === true && output.isTTY === true;
  const answer = async <T>(question: object): Promise<T> => {
    if (!interactive) {
      const { message } = question as { readonly message: string };
      throw new AppError({
        code: 'NOT_INTERACTIVE',
        what: 'there is nobody to answer a question',
        why: `asked was: ${message.replaceAll('\n', ' ')}`,
        next: ['run the command on a terminal', 'or give the answer as an option: see --help'],
        exitCode: EXIT.usage,
      });
    }
    const { default: inquirer } = await import('inquirer');
    const prompt = inquirer.createPromptModule({ input, output, signal });
    const gone = terminalLoss(input);
    if (!Object.hasOwn(input, 'setRawMode')) survivesHangUp(input);
    try {
      signal.throwIfAborted();
      const asked = prompt([{ ...question, name: 'answer' }] as unknown as Parameters<typeof prompt>[0]);
      const answers = (await Promise.race([asked, gone.loss])) as Readonly<Record<string, unknown>>;
      return answers['answer'] as T;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name)) throw new Interrupted();
      throw error;
    } finally {
      gone.forget();
    }
  };
  /** Inquirer breaks lines in the middle of words. `mark` is what it puts before the text, `end` what it puts behind. */
  const fitted = (text: string, mark = '? ', end = ''): string => {
    const lines = wrapLineOfAdvice(`${mark}${text}${end && ` ${end}`}`, widthOf(output, env) - 1);
    return lines
      .join('\n')
      .slice(mark.length, end ? -end.length : undefined)
      .replace(/ $/, '');
  };
  const fittedChoice = (name: string): string => wrapLine(name, widthOf(output, env) - CHOICE_MARGIN).join(`\n${' '.repeat(CHOICE_MARGIN - 1)}`);
  return {
    interactive,
    confirm: (message, preset) => answer<boolean>({ type: 'confirm', message: fitted(message, '? ', preset ? '(Y/n)' : '(y/N)'), default: preset }),
    choose: (message, choices) =>
      answer({
        type: 'select',
        message: fitted(message),
        // What was chosen stands in the line of the question: its explanation has no room there.
        choices: choices.map((choice) => ({ ...choice, name: fittedChoice(choice.name), short: choice.name.split(': ')[0] })),
        pageSize: PAGE_LINES,
      }),
    ask: (message, preset, check) =>
      answer<string>({
        type: 'input',
        message: fitted(message, '? ', preset === undefined ? '' : `(${preset})`),
        ...(preset === undefined ? {} : { default: preset }),
        // What was typed stays there to be corrected, with the reason below it.
        ...(check
          ? {
              validate: async (typed: string) => {
                const why = await check(typed);
                return why === undefined ? true : fitted(why, '> ');
              },
            }
          : {}),
      }),
    secret: (message) => answer<string>({ type: 'password', message: fitted(message), mask: false }),
  };
}
