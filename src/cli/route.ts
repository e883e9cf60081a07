// From the words typed to the command meant, or to the page of help asked for.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { type CommandNode, type GroupNode, isHidden, nodesOf, type TreeNode } from './command-tree.ts';

export type Route =
  | { readonly type: 'help'; readonly path: readonly string[]; readonly node: TreeNode }
  | { readonly type: 'version' }
  | { readonly type: 'run'; readonly path: readonly string[]; readonly node: CommandNode; readonly words: readonly string[] };

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

export function route(root: GroupNode, argv: readonly string[]): Route {
  const [first, ...others] = argv;
  if (first === '--version' || first === '-V') return { type: 'version' };
  if (first === 'help')
    return {
      type: 'help',
      ...descend(
        root,
        others.filter((word) => !isHelp(word)),
      ),
    };
  let node: GroupNode = root;
  const path: string[] = [root.name];
  for (let i = 0; ; i++) {
    const word = argv[i];
    if (word === undefined || isHelp(word)) return { type: 'help', path, node };
    if (word === 'help') return { type: 'help', ...descend(root, [...path.slice(1), ...argv.slice(i + 1).filter((each) => !isHelp(each))]) };
    const child = find(root, node, path, word);
    path.push(child.name);
    if (child.type === 'group') {
      node = child;
      continue;
    }
    const words = argv.slice(i + 1);
    if (child.passesWords) return { type: 'run', path, node: child, words };
    const end = words.indexOf('--');
    if ((end < 0 ? words : words.slice(0, end)).some(isHelp)) return { type: 'help', path, node: child };
    return { type: 'run', path, node: child, words };
  }
}

function descend(root: GroupNode, words: readonly string[]): { readonly path: readonly string[]; readonly node: TreeNode } {
  const path = [root.name];
  let node: TreeNode = root;
  for (const word of words) {
    if (node.type === 'command') break;
    node = find(root, node, path, word);
    path.push(node.name);
  }
  return { path, node };
}

function find(root: GroupNode, node: GroupNode, path: readonly string[], word: string): TreeNode {
  const found = nodesOf(node).find((each) => each.name === word);
  if (found) return found;
  const here = path.join(' ');
  const isOption = word.startsWith('-');
  const visible = nodesOf(node).filter((each) => !isHidden(each));
  const near = isOption
    ? nearestName(word, ['--help', '--version'])
    : nearestName(
        word,
        visible.map((each) => each.name),
      );
  const elsewhere = near || isOption ? undefined : meantBy(root, node, path, word);
  const meant = near ? `${here} ${near}` : elsewhere;
  // A word that stands for one command here may be the name of another: `create` is `ckadet up`, or `ckadet cluster create`.
  const exact = near || isOption ? undefined : pathTo(root, word);
  throw new AppError({
    code: isOption ? 'UNKNOWN_OPTION' : 'UNKNOWN_COMMAND',
    what: isOption ? `${here} has no option ${word}` : `${here} has no command ${JSON.stringify(word)}`,
    ...(meant ? { why: `did you mean: ${meant}${exact === undefined || exact === meant ? '' : ` or ${exact}`}` } : {}),
    next: [`see what there is: ${here} --help`],
    exitCode: EXIT.usage,
  });
}

/** Words that people type because other programs call it so. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ls: 'list',
  rm: 'down',
  delete: 'down',
  remove: 'down',
  stop: 'down',
  create: 'up',
  begin: 'start',
  grade: 'check',
  verify: 'check',
  describe: 'show',
  task: 'show',
  end: 'reset',
  ps: 'status',
  ssh: 'shell',
};

/** A command elsewhere of that name, by another word for it, or of a similar name: `strat` → `ckadet lab start`. */
function meantBy(root: GroupNode, node: GroupNode, path: readonly string[], word: string): string | undefined {
  const usual = SYNONYMS[word];
  const below = usual && (pathTo(node, usual, path) ?? pathTo(root, usual));
  if (below) return below;
  const near = nearestName(word, namesBelow(root));
  return pathTo(root, word) ?? (near && pathTo(root, near));
}

const namesBelow = (node: GroupNode): readonly string[] =>
  nodesOf(node)
    .filter((each) => !isHidden(each))
    .flatMap((each) => (each.type === 'group' ? namesBelow(each) : [each.name]));

/** Where a command of that exact name stands, if it is below another word: `start` → `ckadet lab start`. */
function pathTo(node: GroupNode, name: string, above: readonly string[] = [node.name]): string | undefined {
  for (const child of nodesOf(node)) {
    if (child.type === 'command' && child.name === name && !child.hidden) return [...above, name].join(' ');
    const below = child.type === 'group' ? pathTo(child, name, [...above, child.name]) : undefined;
    if (below) return below;
  }
  return undefined;
}

/** The command of a group with the name of one that stands by itself: `ckadet status` → `ckadet cluster status`. */
export function namesakeOf(root: GroupNode, path: readonly string[]): string | undefined {
  const [, name = '', ...deeper] = path;
  if (deeper.length) return undefined;
  const groups = nodesOf(root).filter((node) => node.type === 'group');
  return groups.map((group) => pathTo(group, name, [root.name, group.name])).find((found) => found !== undefined);
}
