// One call of the command: words in, exit code out. Everything thrown below ends here as a page for a person or JSON for a script.
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { Interrupted } from '../errors/interrupted.ts';
import { type Home, homePath, openHome } from '../platform/home.ts';
import type { CommandContext, Services } from './context.ts';
import { createOutput, type Output, type Streams } from './output/output.ts';
import { loadStyle, wantsColour, widthOf } from './output/style.ts';
import { namesakeOf, route } from './route.ts';
import { tree } from './tree.ts';

export interface Terminal extends Streams {
  readonly stdin: NodeJS.ReadStream;
}

export async function runCli(argv: readonly string[], services: Services, terminal: Terminal): Promise<number> {
  const end = argv.indexOf('--');
  const format = (end < 0 ? argv : argv.slice(0, end)).includes('--json') ? 'json' : 'text';
  const out = await createOutput(terminal, services.env, format);
  const { interrupts } = services;
  interrupts.signal.addEventListener('abort', () => {
    if (interrupts.isProtected && (interrupts.signal.reason as Interrupted).signal === 'SIGINT') out.interrupted(interrupts.putsBack);
  });
  try {
    return await interrupts.run(() => dispatch(argv, services, terminal, out));
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    return report(error, argv, services, terminal, format);
  }
}

async function dispatch(argv: readonly string[], services: Services, terminal: Terminal, out: Output): Promise<number> {
  const chosen = route(tree, argv);
  if (chosen.type === 'version') {
    terminal.stdout.write(`${services.version}\n`);
    return EXIT.ok;
  }
  if (chosen.type === 'help') {
    const { renderCommandHelp, renderGroupHelp } = await import('./output/help.ts');
    const { node, path } = chosen;
    terminal.stdout.write(node.type === 'group' ? renderGroupHelp(path, node, out) : renderCommandHelp(path, node.summary, (await node.load()).command, out));
    return EXIT.ok;
  }
  const { command } = await chosen.node.load();
  // What parses is loaded only for those who leave it to us.
  const input = chosen.node.passesWords
    ? { words: chosen.words }
    : (await import('./parse.ts')).parseInput(command, chosen.path.join(' '), chosen.words, namesakeOf(tree, chosen.path));
  const [home, { terminalQuestions }] = await Promise.all([openHome(homePath(services.env)), import('./prompts/prompts.ts')]);
  const context: CommandContext = {
    ...services,
    signal: services.interrupts.signal,
    out,
    questions: terminalQuestions(terminal.stdin, terminal.stderr, services.interrupts.signal, services.env),
    stdinIsTerminal: terminal.stdin.isTTY === true,
    home,
  };
  return (await command.run(input, context)) ?? EXIT.ok;
}

async function report(thrown: unknown, argv: readonly string[], services: Services, { stdout, stderr }: Terminal, format: 'text' | 'json'): Promise<number> {
  const { asAppError, errorJson, renderError } = await import('./output/errors.ts');
  const error = asAppError(thrown);
  const logFile = error.exitCode === EXIT.bug ? await keepLog(thrown, argv, services) : undefined;
  if (format === 'json') stdout.write(`${JSON.stringify(errorJson(error, logFile), null, 2)}\n`);
  else stderr.write(renderError(error, logFile, { width: widthOf(stderr, services.env), style: await loadStyle(wantsColour(services.env, stderr.isTTY)) }));
  return error.exitCode;
}

/** The log's path, or why there is none: a failure to write it must not hide the failure itself. */
async function keepLog(thrown: unknown, argv: readonly string[], { version, clock, env }: Services): Promise<string> {
  try {
    const home: Home = await openHome(homePath(env));
    const { writeFailureLog } = await import('./failure-log.ts');
    return await writeFailureLog(home, thrown, { argv, version, now: clock.now(), pid: process.pid });
  } catch (error) {
    return `could not be written: ${error instanceof AppError ? (error.why ?? error.what) : messageOf(error)}`;
  }
}
