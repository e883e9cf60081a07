// Variables among the arguments of `set env`: KEY=VALUE, KEY- and - for standard input. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_parse.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { variableNameProblems } from '../../writes/variable-name.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { textField } from '../../resources/info.ts';

/** Throws where a resource stands behind a variable. */
export function splitEnvironment(args: readonly string[]): { readonly resources: readonly string[]; readonly words: readonly string[] } {
  const isVariable = (arg: string): boolean => arg.indexOf('=') > 0 || arg.endsWith('-');
  const first = args.findIndex(isVariable);
  if (first < 0) return { resources: args, words: [] };
  if (!args.slice(first).every(isVariable)) throw new CommandError(`all resources must be specified before environment changes: ${args.join(' ')}`);
  return { resources: args.slice(0, first), words: args.slice(first) };
}

export interface Environment {
  readonly set: readonly JsonObject[];
  readonly remove: readonly string[];
}

/** `readInput` gives the text of standard input. */
export async function environmentOf(words: readonly string[], readInput: () => Promise<string>): Promise<Environment> {
  const set: JsonObject[] = [];
  const named = new Set<string>();
  const remove: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (word === '-') set.push(...linesOf(await readInput()));
    else if (equals >= 0) {
      const name = word.slice(0, equals);
      const problems = variableNameProblems(name);
      if (problems.length) throw new CommandError(`${goQuote(name)} is not a valid key name: ${problems.join(';')}`);
      named.add(name);
      set.push(plain(name, word.slice(equals + 1)));
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new CommandError(`unknown environment variable: ${word}`);
  }
  if (remove.some((name) => named.has(name))) throw new CommandError('can not both modify and remove the same environment variable in the same command');
  return { set, remove };
}

const plain = (name: string, value: string): JsonObject => (value ? { name, value } : { name });

function linesOf(text: string): readonly JsonObject[] {
  return text.split('\n').flatMap((line) => {
    const [content = ''] = line.replace(/\r$/, '').split('#');
    const equals = content.indexOf('=');
    return equals < 0 ? [] : [plain(content.slice(0, equals), content.slice(equals + 1))];
  });
}

/** What is there in its order, changed where it is named, and what is new behind it. */
export function updatedEnvironment(present: readonly JsonObject[], { set, remove }: Environment): readonly JsonObject[] {
  const covered = new Set(remove);
  const result: JsonObject[] = [];
  for (const each of present) {
    const name = textField(each, 'name');
    if (covered.has(name)) continue;
    const newer = set.find((other) => textField(other, 'name') === name);
    if (newer) covered.add(name);
    result.push(newer ?? each);
  }
  for (const each of set) {
    const name = textField(each, 'name');
    if (covered.has(name)) continue;
    covered.add(name);
    result.push(each);
  }
  return result;
}
