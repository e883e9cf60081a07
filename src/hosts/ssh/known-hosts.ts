// known_hosts files: which keys a host is known by, with plain and hashed names, as sshd(8) describes them.
import { createHmac, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureFolder, fileError, readText } from '../../platform/files.ts';
import { matchesPatterns } from './client-config.ts';

export interface KnownKey {
  readonly marker: '@revoked' | '@cert-authority' | undefined;
  readonly names: string;
  /** `ssh-ed25519` */
  readonly type: string;
  /** As it is sent, in base64. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
}

/** Lines that are no entries are left aside, as ssh does. */
export function parseKnownHosts(text: string, file: string): readonly KnownKey[] {
  return text.split('\n').flatMap((line, index) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0] === '@revoked' || words[0] === '@cert-authority' ? words[0] : undefined;
    const [names, type, key] = marker ? words.slice(1) : words;
    if (!names || names.startsWith('#') || names.startsWith('@') || !type || !key) return [];
    return [{ marker, names, type, key, file, line: index + 1 }];
  });
}

export const keysOf = (name: string, all: readonly KnownKey[]): readonly KnownKey[] => all.filter(({ names }) => isNamed(name, names));

function isNamed(name: string, names: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(names);
  if (!hashed) return matchesPatterns(name, names.split(','));
  const [, salt = '', hash = ''] = hashed;
  return hashOf(name, Buffer.from(salt, 'base64')) === hash;
}

const hashOf = (name: string, salt: Buffer): string => createHmac('sha1', salt).update(name).digest('base64');

export type Verdict =
  | { readonly is: 'known' }
  | { readonly is: 'unknown'; readonly otherTypes: readonly string[] }
  | { readonly is: 'changed' | 'revoked' | 'authority'; readonly because: KnownKey };

/** What the keys that a host is known by say about the key that it shows. */
export function judge(type: string, key: string, known: readonly KnownKey[]): Verdict {
  const revoked = known.find((each) => each.marker === '@revoked' && each.key === key);
  if (revoked) return { is: 'revoked', because: revoked };
  const plain = known.filter(({ marker }) => marker === undefined);
  if (plain.some((each) => each.key === key)) return { is: 'known' };
  const changed = plain.find((each) => each.type === type);
  if (changed) return { is: 'changed', because: changed };
  const authority = known.find(({ marker }) => marker === '@cert-authority');
  if (authority && plain.length === 0) return { is: 'authority', because: authority };
  return { is: 'unknown', otherTypes: [...new Set(plain.map((each) => each.type))] };
}

export async function readKnownHosts(files: readonly string[]): Promise<readonly KnownKey[]> {
  const all = await Promise.all(files.map(async (file) => parseKnownHosts((await readText(file)) ?? '', file)));
  return all.flat();
}

/** Adds a line in one write, so that neither a crash nor another writer can mix with it. */
export async function addKnownHost(file: string, name: string, type: string, key: string, hashed: boolean): Promise<void> {
  await ensureFolder(dirname(file));
  const salt = randomBytes(20);
  const names = hashed ? `|1|${salt.toString('base64')}|${hashOf(name, salt)}` : name;
  const before = (await readText(file)) ?? '';
  try {
    const handle = await open(file, 'a', 0o600);
    try {
      await handle.write(`${before === '' || before.endsWith('\n') ? '' : '\n'}${names} ${type} ${key}\n`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('write', file, error);
  }
}
