// OpenSSH's client configuration (~/.ssh/config): what it says about one host. Behaves as ssh_config(5); what cannot be followed is refused by name.
import { glob } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { readText } from '../../platform/files.ts';

/** Keywords in lower case with their values in order; of most only the first counts. */
export type ClientConfig = ReadonlyMap<string, readonly ConfigValue[]>;

export interface ConfigValue {
  readonly words: readonly string[];
  /** `~/.ssh/config, line 3`: for messages. */
  readonly place: string;
}

export interface ConfigLine {
  readonly keyword: string;
  readonly words: readonly string[];
  readonly number: number;
}

const DEEPEST_INCLUDE = 16;

/** What the file and those it includes say about `host`, as it was typed. A file that is not there says nothing. */
export async function loadClientConfig(path: string, host: string, home: string): Promise<ClientConfig> {
  const found = new Map<string, ConfigValue[]>();
  await collect(path, true, 0);
  return found;

  async function collect(file: string, applies: boolean, depth: number): Promise<void> {
    if (depth > DEEPEST_INCLUDE) throw refusal(`${file}`, `Include more than ${DEEPEST_INCLUDE} deep`);
    let active = applies;
    for (const { keyword, words, number } of parseConfigLines((await readText(file)) ?? '')) {
      const place = `${file}, line ${number}`;
      if (keyword === 'host') active = applies && matchesPatterns(host, words);
      else if (keyword === 'match') throw refusal(place, `Match ${words.join(' ')}`);
      else if (!active) continue;
      else if (keyword === 'include') {
        for (const each of words) for (const included of await includedFiles(each)) await collect(included, active, depth + 1);
      } else {
        const values = found.get(keyword);
        if (values) values.push({ words, place });
        else found.set(keyword, [{ words, place }]);
      }
    }
  }

  async function includedFiles(pattern: string): Promise<readonly string[]> {
    const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern;
    const absolute = isAbsolute(path) ? path : join(home, '.ssh', path);
    const found: string[] = [];
    for await (const each of glob(absolute)) found.push(each);
    return found.sort();
  }
}

/** Keyword and words of each line: words by blanks or in double quotes, `=` allowed after the keyword, comments from `#`. */
export function parseConfigLines(text: string): readonly ConfigLine[] {
  return text.split('\n').flatMap((line, index) => {
    const parts = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line);
    if (!parts) return [];
    const [, keyword = '', rest = ''] = parts;
    const words: string[] = [];
    for (const [, quoted, plain] of rest.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
      if (plain?.startsWith('#')) break;
      words.push(quoted ?? plain ?? '');
    }
    return words.length > 0 ? [{ keyword: keyword.toLowerCase(), words, number: index + 1 }] : [];
  });
}

/** Patterns with `*` and `?`; one with `!` that matches excludes, whatever the others say. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string): boolean => wildcard(pattern).test(name);
  if (patterns.some((each) => each.startsWith('!') && matches(each.slice(1)))) return false;
  return patterns.some((each) => !each.startsWith('!') && matches(each));
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );

export const refusal = (place: string, said: string): AppError =>
  new AppError({
    code: 'SSH_CONFIG_UNSUPPORTED',
    what: `cannot follow the SSH configuration in ${place}`,
    why: `it says "${said}", which only ssh itself understands`,
    next: ['write what is needed of it into a Host block', 'or name user, port, identity and jump host in the cluster file and leave that line out'],
    exitCode: EXIT.invalidFile,
  });
