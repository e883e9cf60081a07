// Where objects come from that are not asked of the server by name: files, folders, standard input, addresses, kustomizations.
// Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (FileVisitor, StreamVisitor, URLVisitor, KustomizeVisitor)
import type { JsonObject } from '../../kube/machinery/json.ts';
import { textOf as readAll } from '../../kube/client/transport.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { decodedIn } from './documents.ts';

export interface FileArguments {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
}
/** A source and a way to its objects, read when they are wanted. */
export interface Source {
  readonly name: string;
  /** Failures among them are documents that are no objects. `validates` says that what no schema allows is refused in the words of validation. */
  objects(validates: boolean): AsyncIterable<JsonObject | CommandError>;
}
export interface Sources {
  readonly sources: readonly Source[];
  readonly errors: readonly Error[];
  readonly hasStream: boolean;
  readonly hasFolder: boolean;
  /** One path that was written out, without wildcards. */
  readonly isSinglePath: boolean;
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

export async function findSources({ filename, kustomize, recursive }: FileArguments, ports: Ports): Promise<Sources> {
  const sources: Source[] = [];
  const errors: Error[] = [];
  let hasStream = false;
  let hasFolder = false;
  let isSinglePath = false;
  if (filename.length && kustomize) errors.push(new CommandError('only one of -f or -k can be specified'));
  if (kustomize && recursive) errors.push(new CommandError("the -k flag can't be used with -f or -R"));
  if (errors.length) return { sources, errors, hasStream, hasFolder, isSinglePath };
  for (const name of filename) {
    if (name === '-') {
      if (hasStream) errors.push(new CommandError('standard input cannot be used for multiple arguments'));
      hasStream = true;
      sources.push(textSource('STDIN', () => readAll(ports.stdin.bytes())));
    } else if (/^https?:\/\//.test(name)) sources.push(await addressSource(name, ports));
    else {
      try {
        const paths = await expandPattern(name, ports);
        if (!recursive && paths.length === 1) isSinglePath = true;
        for (const path of paths) {
          const files = await filesAt(path, recursive, ports);
          if (files.length > 1) hasFolder = true;
          sources.push(...files.map((file) => textSource(file, async () => Buffer.from(await ports.files.read(file)).toString('utf8'))));
        }
        if (!sources.length) errors.push(new CommandError(`error reading [${paths.join(' ')}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`));
      } catch (error) {
        errors.push(error as Error);
      }
    }
  }
  if (kustomize) sources.push(textSource(kustomize, () => buildKustomization(kustomize, ports)));
  return { sources, errors, hasStream, hasFolder, isSinglePath };
}

const textSource = (name: string, read: () => Promise<string>): Source => ({
  name,
  async *objects(validates) {
    yield* decodedIn(await read(), name, { validates });
  },
});

/** Throws for what is no address. */
async function addressSource(address: string, ports: Ports): Promise<Source> {
  const { download, confirmAddress } = await import('./downloading.ts');
  confirmAddress(address);
  return textSource(address, () => download(address, ports));
}

async function buildKustomization(folder: string, ports: Ports): Promise<string> {
  const { buildKustomization: build, manifestsOf } = await import('../kustomize/build.ts');
  return manifestsOf(await build(folder, ports));
}

/** The paths that a shell pattern matches, or the path as it stands. */
async function expandPattern(pattern: string, { files }: Ports): Promise<readonly string[]> {
  const exists = await files.stat(pattern).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw new CommandError(
        `the path ${goQuote(pattern)} cannot be accessed: stat ${pattern}: ${error.code === 'EACCES' ? 'permission denied' : error.message}`,
      );
    },
  );
  if (exists) return [pattern];
  const missing = new CommandError(`the path ${goQuote(pattern)} does not exist`);
  if (!/[*?[]/.test(pattern)) throw missing;
  const matches = await glob(pattern.split('/'), pattern.startsWith('/') ? '/' : '', files).catch((error: unknown) => {
    throw error instanceof SyntaxError ? new CommandError(`pattern ${goQuote(pattern)} is not valid: syntax error in pattern`) : error;
  });
  if (!matches.length) throw missing;
  return matches;
}

async function glob(parts: readonly string[], base: string, files: Ports['files']): Promise<readonly string[]> {
  const [part, ...rest] = parts;
  if (part === undefined) return [base];
  if (part === '') return glob(rest, base, files);
  const at = (name: string): string => (base === '' || base === '/' ? `${base}${name}` : `${base}/${name}`);
  if (!/[*?[]/.test(part)) return glob(rest, at(part), files);
  const pattern = new RegExp(
    `^${part
      .replace(/[.+^${}()|\\]/g, String.raw`\$&`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')
      .replaceAll('[!', '[^')}$`,
  );
  const names = (await files.list(base || '.').catch(() => [])).filter((name) => pattern.test(name)); // no folder: nothing matches
  const found = await Promise.all(
    names.map(async (name) => (rest.length === 0 ? [at(name)] : (await files.stat(at(name))).kind === 'directory' ? glob(rest, at(name), files) : [])),
  );
  return found.flat();
}

/** A file as it is named, or the manifests in a folder, in order. */
async function filesAt(path: string, recursive: boolean, { files }: Ports): Promise<readonly string[]> {
  if ((await files.stat(path)).kind !== 'directory') return [path];
  const inside: string[] = [];
  for (const name of await files.list(path)) {
    const child = `${path.replace(/\/+$/, '')}/${name}`;
    const { kind } = await files.stat(child);
    if (kind === 'directory') {
      if (recursive) inside.push(...(await filesAt(child, true, { files } as Ports)));
    } else if (EXTENSIONS.some((extension) => name.endsWith(extension))) inside.push(child);
  }
  return inside;
}
