// One call of kubectl: words in, exit code out. Everything thrown below ends here as kubectl prints it.
import { childNamed, findCommand, type Found, type GroupNode, type Node, type Section } from './command-tree.ts';
import type { Call, Command } from './command.ts';
import { CommandError, Exit, failureText, HelpFirst } from './failures.ts';
import { GLOBAL_FLAGS, type GlobalValues } from './flags/global.ts';
import type { FlagSpecs } from './flags/flag.ts';
import { bareOf, FlagError, HelpAsked, parseFlags, type ParsedWords } from './flags/parse.ts';
import { goQuote } from './go-quote.ts';
import { hasPreferences } from './kuberc/switch.ts';
import { Kubectl } from './kubectl.ts';
import type { OutputStream, Ports } from './ports.ts';
import { SECTIONS, TREE } from './tree.ts';

export async function runKubectl(words: readonly string[], machine: Ports): Promise<number> {
  const ports = quietAfterInterrupt(machine);
  try {
    return await dispatch(words, ports);
  } catch (error) {
    const { text, exitCode } = failureText(error);
    if (text) ports.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    return exitCode;
  }
}

/** Whoever typed Ctrl-C wants to read nothing more of it: what clean-up and half-done work would say stays unsaid. */
function quietAfterInterrupt(machine: Ports): Ports {
  const quiet = (stream: OutputStream): OutputStream => ({
    isTerminal: stream.isTerminal,
    size: () => stream.size(),
    onResize: (listener) => stream.onResize(listener),
    write(data) {
      if (!machine.interrupted.aborted) stream.write(data);
    },
    room: () => stream.room(),
  });
  return { ...machine, stdout: quiet(machine.stdout), stderr: quiet(machine.stderr) };
}

/** Whether the word behind a global flag is its value. */
function takesValue(word: string): boolean {
  if (word.includes('=')) return false;
  const specs = Object.entries(GLOBAL_FLAGS);
  const known = word.startsWith('--')
    ? specs.find(([name]) => name === word.slice(2).replaceAll('_', '-'))
    : specs.find(([, spec]) => 'short' in spec && spec.short === word.slice(1));
  return known !== undefined && bareOf(known[1]) === undefined;
}

async function dispatch(given: readonly string[], ports: Ports): Promise<number> {
  if (given[0] === '__complete' || given[0] === '__completeNoDesc') {
    const { complete } = await import('./completion/complete.ts');
    return complete(given.slice(1), ports, given[0] === '__complete');
  }
  const preferred = await preferredWords(given, ports);
  const words = preferred[0] === 'help' ? [...preferred.slice(1), '--help'] : preferred;
  if (preferred[0] === 'help' && preferred[1] !== undefined && !preferred[1].startsWith('-') && !childNamed(TREE, preferred[1]))
    return unknownTopic(preferred.slice(1), ports);
  const found = findCommand(TREE, words, takesValue);
  if (!found) return atRoot(words, ports);
  const { node, path } = found;
  const [outermost] = found.nodes;
  if (outermost && isUnsettled(outermost) && hasNoPreferences(ports)) {
    ports.stderr.write('No alpha commands are available in this version of kubectl\n');
    return 0;
  }
  const command = node.load ? (await node.load()).command : undefined;
  try {
    if (command) {
      const exitCode = await runCommand(found, command, ports);
      return ports.interrupted.aborted ? command.interruptedExit : exitCode;
    }
    const { args } = parseFlags(globalFlags(ports), found.words);
    if (args.length) throw new CommandError(`unknown command ${goQuote(args.join(' '))}\nSee '${path} -h' for help and examples`);
    await showHelp(found, undefined, ports, found.node.type === 'group' ? found.node.helpsOn : 'stderr');
    return 1;
  } catch (error) {
    if (command && ports.interrupted.aborted) return error instanceof Exit ? error.exitCode : command.interruptedExit;
    if (error instanceof HelpAsked) {
      await showHelp(found, command, ports);
      return 0;
    }
    if (error instanceof HelpFirst) {
      await showHelp(found, command, ports);
      if (!error.failure) return 0;
      throw error.failure;
    }
    if (!(error instanceof FlagError)) throw error;
    const { hint = `See '${path} --help' for usage.`, exitCode } = command?.flagFailures ?? {};
    throw new CommandError(`${error.message}\n${hint}`, exitCode);
  }
}

const hasNoPreferences = ({ env }: Pick<Ports, 'env'>): boolean => !hasPreferences(env);

/** Without preferences there is no file of them to name. */
function globalFlags(ports: Ports): FlagSpecs {
  if (!hasNoPreferences(ports)) return GLOBAL_FLAGS;
  const { kuberc: _, ...flags } = GLOBAL_FLAGS;
  return flags;
}

/** All that is not settled yet is about preferences. */
const isUnsettled = ({ name }: Node): boolean => name === 'alpha';

const sectionsFor = (ports: Ports): readonly Section[] =>
  hasNoPreferences(ports) ? SECTIONS.map(({ title, nodes }) => ({ title, nodes: nodes.filter((node) => !isUnsettled(node)) })) : SECTIONS;

async function unknownTopic(words: readonly string[], ports: Ports): Promise<number> {
  const { rootUsage } = await import('./help.ts');
  ports.stderr.write(`Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n\n\n${rootUsage(sectionsFor(ports))}`);
  return 0;
}

/** With what the person's preferences make of them; KUBECTL_KUBERC=false turns them off. */
async function preferredWords(given: readonly string[], ports: Ports): Promise<readonly string[]> {
  const { env, files, home } = ports;
  if (!given.length || hasNoPreferences(ports)) return given;
  const isAsked = env['KUBERC'] !== undefined || given.some((word) => word.includes('--kuberc'));
  const isThere = async (): Promise<boolean> =>
    files.stat(`${home}/.kube/kuberc`).then(
      () => true,
      () => false,
    );
  if (!isAsked && !(await isThere())) return given;
  const { withPreferences } = await import('./kuberc/rewrite.ts');
  return withPreferences(given, ports, takesValue);
}

async function runCommand(found: Found, command: Command, ports: Ports): Promise<number> {
  const { path } = found;
  const said = (name: string, says: string): void => ports.stderr.write(`Flag --${name} has been deprecated, ${says}\n`);
  const parsed = parseFlags({ ...globalFlags(ports), ...command.flags }, found.words, said);
  const missing = command.required.filter((name) => !parsed.changed.has(name));
  if (missing.length) throw new CommandError(`required flag(s) ${missing.map((name) => goQuote(name)).join(', ')} not set`);
  const kubectl = new Kubectl(ports, globalValues(parsed, command));
  try {
    const exitCode = (await command.run(callOf(path, parsed), kubectl)) ?? 0;
    const { size } = kubectl.warnings;
    if (size && kubectl.flags['warnings-as-errors']) throw new CommandError(size === 1 ? '1 warning received' : `${size} warnings received`);
    return exitCode;
  } finally {
    await kubectl.close();
  }
}

/** A command's own flag hides the global one of its name (`--user` of `create rolebinding`). */
function globalValues({ values }: ParsedWords, { flags }: Command): GlobalValues {
  const hidden = Object.entries(GLOBAL_FLAGS).filter(([name]) => Object.hasOwn(flags, name));
  return { ...values, ...Object.fromEntries(hidden.map(([name, { preset }]) => [name, preset])) } as unknown as GlobalValues;
}

const callOf = (path: string, { args, dash, values, changed, given }: ParsedWords): Call => ({
  path,
  args,
  dash,
  flags: values as Call['flags'],
  changed: (flag) => changed.has(flag),
  given,
});

async function showHelp({ node, path }: Found, command: Command | undefined, ports: Ports, on: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
  const { commandHelp, groupHelp } = await import('./help.ts');
  const text =
    command && !(node.type === 'group' && node.children.length > 0 && !node.load) ? commandHelp(path, node, command) : groupHelp(path, node as GroupNode);
  ports[on].write(text);
}

/** No command was named: the root's help, a plugin, or a word that nobody knows. */
async function atRoot(words: readonly string[], ports: Ports): Promise<number> {
  const [first = ''] = words;
  if (first !== '' && !first.startsWith('-')) {
    const { runPlugin } = await import('./plugins.ts');
    const ended = await runPlugin(words, ports);
    if (ended !== undefined) return ended;
  }
  try {
    const { args } = parseFlags(globalFlags(ports), words);
    if (args[0] !== undefined) throw unknownCommand(args[0]);
  } catch (error) {
    if (error instanceof FlagError) throw new CommandError(`${error.message}\nSee 'kubectl --help' for usage.`);
    if (!(error instanceof HelpAsked)) throw error;
  }
  const { rootHelp } = await import('./help.ts');
  ports.stdout.write(rootHelp(sectionsFor(ports)));
  return 0;
}

function unknownCommand(word: string): CommandError {
  const typed = word.toLowerCase();
  // In the order of the help, as there.
  const names = TREE.filter(
    ({ name, hidden }) => !hidden && (levenshtein(typed, name) <= 2 || name.startsWith(typed) || SUGGESTED_FOR[name]?.includes(typed)),
  ).map(({ name }) => name);
  const hint = names.length ? `\n\nDid you mean this?\n${names.map((name) => `\t${name}\n`).join('')}` : '';
  return new CommandError(`unknown command ${goQuote(word)} for "kubectl"${hint.replace(/\n$/, '')}`);
}

/** Words that other programs use for it. */
const SUGGESTED_FOR: Readonly<Record<string, readonly string[]>> = { get: ['list', 'ps'], delete: ['rm'], wait: ['list', 'ps'] };

function levenshtein(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    last = row;
  }
  return last[b.length] ?? 0;
}
