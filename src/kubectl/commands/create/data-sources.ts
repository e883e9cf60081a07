// Keys and values of config maps and secrets: from literals, files, folders and files of variables.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/util.go and cmd/util/env_file.go
import { variableNameProblems } from '../../writes/variable-name.ts';
import { CommandError } from '../../failures.ts';
import { bool, array, strings } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import type { Ports } from '../../ports.ts';
import { fileReason } from '../../resources/sentences.ts';

export const DATA_FLAGS = {
  'from-file': strings('File whose content is a value; its name is the key unless given as KEY=FILE. A folder stands for the files in it.'),
  'from-literal': array('Key and value, as KEY=VALUE.'),
  'from-env-file': strings('File with a KEY=VALUE on each line.'),
  'append-hash': bool('Put a hash of the content behind the name.'),
} as const;

export type Add = (key: string, value: Uint8Array) => void;
type Means = Pick<Ports, 'files' | 'env'>;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

export function addLiterals(sources: readonly string[], add: Add): void {
  for (const source of sources) {
    const equals = source.indexOf('=');
    if (equals <= 0) throw new CommandError(`invalid literal source ${source}, expected key=value`);
    add(source.slice(0, equals), bytesOf(source.slice(equals + 1)));
  }
}

export async function addFiles(sources: readonly string[], { files }: Means, add: Add): Promise<void> {
  for (const source of sources) {
    const { key, path } = splitSource(source);
    const { kind } = await statOf(path, files);
    if (kind !== 'directory') {
      add(key, await readFile(path, files));
      continue;
    }
    if (source.includes('=')) throw new CommandError('cannot give a key name for a directory path');
    for (const name of await files.list(path)) {
      const inside = path.endsWith('/') ? `${path}${name}` : `${path}/${name}`;
      if ((await files.lstat(inside)).kind === 'file') add(name, await readFile(inside, files));
    }
  }
}

/** `what` is the word for the object: `config`, `secret`. */
export async function addEnvFiles(sources: readonly string[], { files, env }: Means, what: string, add: Add): Promise<void> {
  for (const path of sources) {
    if ((await statOf(path, files)).kind === 'directory') throw new CommandError(`env ${what} file cannot be a directory`);
    const bytes = await readFile(path, files);
    for (const [key, value] of envPairs(bytes, path, env)) add(key, bytesOf(value));
  }
}

function splitSource(source: string): { readonly key: string; readonly path: string } {
  const parts = source.split('=');
  if (parts.length > 2) throw new CommandError("key names or file paths cannot contain '='");
  const [first = '', second] = parts;
  if (second === undefined) return { key: baseName(source), path: source };
  if (first === '') throw new CommandError(`key name for file path ${second} missing`);
  if (second === '') throw new CommandError(`file path for key name ${first} missing`);
  return { key: first, path: second };
}

/** Models path.Base */
function baseName(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

async function statOf(path: string, files: Ports['files']): ReturnType<Ports['files']['stat']> {
  try {
    return await files.stat(path);
  } catch (error) {
    throw new CommandError(`error reading ${path}: ${fileReason(error)}`);
  }
}

async function readFile(path: string, files: Ports['files']): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (error) {
    throw new CommandError(`open ${path}: ${fileReason(error)}`);
  }
}

export const isUtf8 = (bytes: Uint8Array): boolean => Buffer.compare(Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8'), bytes) === 0;

/** A name without `=` has its value from the environment. Throws kubectl's sentences. */
export function* envPairs(bytes: Uint8Array, path: string, env: Ports['env']): Generator<readonly [key: string, value: string]> {
  const buffer = Buffer.from(bytes);
  let number = 0;
  for (let start = 0; start < buffer.length;) {
    const end = buffer.indexOf(0x0a, start);
    let line = buffer.subarray(start, end < 0 ? buffer.length : end);
    start = end < 0 ? buffer.length : end + 1;
    if (line.at(-1) === 0x0d) line = line.subarray(0, -1);
    number++;
    if (!isUtf8(line)) throw new CommandError(`env file ${path} contains invalid utf8 bytes at line ${number}: [${[...line].join(' ')}]`);
    const text = (number === 1 ? line.toString('utf8').replace(/^\uFEFF/, '') : line.toString('utf8')).trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    const problems = variableNameProblems(key);
    if (problems.length) throw new CommandError(`${goQuote(key)} is not a valid key name: ${problems.join(';')}`);
    yield [key, equals < 0 ? (env[key] ?? '') : text.slice(equals + 1)];
  }
}

export const sortedObject = (map: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
