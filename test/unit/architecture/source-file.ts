// One source file as the rules see it: where it stands, what it imports, what its code says without comments.
import { posix } from 'node:path';

export interface Import {
  /** The specifier as written: `../kube/api/core-v1.ts` or `node:fs`. */
  readonly specifier: string;
  /** The file it leads to, from the root of the repository; undefined for packages and node's modules. */
  readonly file: string | undefined;
  readonly package: string | undefined;
}

export interface SourceFile {
  /** From the root of the repository: `src/cli/run.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const IMPORT = /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|\bimport\s*['"]([^'"]+)['"]/g;

export function sourceFile(path: string, text: string): SourceFile {
  const imports = [...withoutComments(text).matchAll(IMPORT)].map((match) => importOf(path, match[1] ?? match[2] ?? match[3] ?? ''));
  return { path, text, imports };
}

function importOf(path: string, specifier: string): Import {
  if (specifier.startsWith('.')) return { specifier, file: posix.normalize(posix.join(posix.dirname(path), specifier)), package: undefined };
  const [scope = '', name = ''] = specifier.split('/');
  return { specifier, file: undefined, package: specifier.startsWith('node:') ? undefined : scope.startsWith('@') ? `${scope}/${name}` : scope };
}

/** Good enough for code that a formatter has laid out: whole-line and trailing comments, block comments. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/[^\n]*/g, '$1');
}
