// Gathers what a new cluster file says: from options, and on a terminal by asking for the rest.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Questions } from '../../platform/questions.ts';
import { hostWords, type InitField, type Said } from './field.ts';
import { INIT_FIELDS } from './fields.ts';

/** `given` are the options that were typed. Rejects with INVALID_OPTION, OPTION_NOT_FOR or MISSING_OPTIONS, each naming all of them. */
export async function collect(given: Said, questions: Questions, ask: boolean): Promise<Said> {
  refuseWrong(given);
  let said: Said = given;
  const missing: InitField[] = [];
  /** Given, and without a meaning in what else was said: nothing is dropped without a word. */
  const unfit: InitField[] = [];
  for (const field of INIT_FIELDS) {
    if (field.providers && !field.providers.includes(said['provider'] ?? '')) continue;
    const applies = field.applies?.(said) !== false;
    if (!applies && given[field.option]) unfit.push(field);
    if (said[field.option] !== undefined || !applies) continue;
    const preset = field.preset?.(said);
    const answer = ask && field.question !== undefined ? await answerTo(field, field.question, preset, questions) : preset;
    if (answer === undefined) missing.push(field);
    else said = { ...said, [field.option]: answer };
    if (field.option === 'provider') refuseForeign(given, said);
  }
  if (given['provider'] !== undefined) refuseForeign(given, said);
  if (unfit.length)
    throw usage(
      'OPTION_NOT_FOR',
      `${unfit.map(({ option }) => `--${option}`).join(', ')} ${unfit.length === 1 ? 'does' : 'do'} not fit`,
      `topology ${said['topology']} has no such thing`,
    );
  if (missing.length) refuseMissing(missing, said);
  refuseStranger(said);
  return said;
}

async function answerTo(field: InitField, question: string, preset: string | undefined, questions: Questions): Promise<string> {
  if (field.choices) {
    const first = field.choices.filter(({ value }) => value === preset);
    return questions.choose(question, [...first, ...field.choices.filter(({ value }) => value !== preset)]);
  }
  for (let complaint = ''; ;) {
    const answer = (await questions.ask(complaint ? `${complaint}. ${question}` : question, preset || undefined)).trim();
    const wrong = answer === '' && preset === undefined ? 'it must be said' : answer === '' ? undefined : field.check?.(answer);
    if (wrong === undefined) return answer || (preset ?? '');
    complaint = `${JSON.stringify(answer)}: ${wrong}`;
  }
}

function refuseWrong(given: Said): void {
  const wrong = INIT_FIELDS.flatMap(({ option, check }) => {
    const text = given[option];
    const why = text === undefined ? undefined : check?.(text);
    return why === undefined ? [] : [`--${option} cannot be ${JSON.stringify(text)}: ${why}`];
  });
  if (wrong.length) throw usage('INVALID_OPTION', `${wrong.length === 1 ? 'an option does' : `${wrong.length} options do`} not make sense`, wrong.join('\n'));
}

function refuseForeign(given: Said, { provider = '' }: Said): void {
  const foreign = INIT_FIELDS.filter(({ option, providers }) => given[option] !== undefined && providers?.includes(provider) === false);
  if (foreign.length)
    throw usage(
      'OPTION_NOT_FOR',
      `${foreign.map(({ option }) => `--${option}`).join(', ')} ${foreign.length === 1 ? 'is' : 'are'} not for ${provider}`,
      foreign.map(({ option, providers = [] }) => `--${option} is for ${providers.join(' and ')}`).join('\n'),
    );
}

/** This machine is one of the machines that were named. */
function refuseStranger(said: Said): void {
  const names = ['control-plane', 'worker', 'etcd'].flatMap((option) => hostWords(said[option] ?? '').map(({ name }) => name));
  const { local = '' } = said;
  if (local && !names.includes(local)) throw usage('INVALID_OPTION', `--local cannot be ${JSON.stringify(local)}`, `the machines are ${names.join(', ')}`);
}

function refuseMissing(missing: readonly InitField[], { provider = '', topology }: Said): never {
  throw new AppError({
    code: 'MISSING_OPTIONS',
    what: `${missing.length === 1 ? 'an option is' : `${missing.length} options are`} missing for a cluster of ${topology ?? provider}`,
    why: missing.map(({ option, value, says }) => `--${option} ${value.toUpperCase()}: ${says}`).join('\n'),
    next: [
      'for example: ckadet cluster init NAME --topology single --control-plane n1=192.168.2.11 --worker n2=192.168.2.12 --user debian',
      'or answer questions: run it on a terminal, without --yes',
    ],
    exitCode: EXIT.usage,
  });
}

const usage = (code: string, what: string, why: string): AppError =>
  new AppError({ code, what, why, next: ['see what it takes: ckadet cluster init --help'], exitCode: EXIT.usage });
