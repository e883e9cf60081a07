// Whether the key that a host shows is the one it should have: known_hosts, and a question the first time.
import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { Asker } from '../asker.ts';
import { addKnownHost, judge, keysOf, readKnownHosts, type Verdict } from './known-hosts.ts';
import { keyChanged, keyOfAuthority, keyRevoked, keyUnknown, whereOf } from './ssh-errors.ts';
import type { SshSettings } from './ssh-settings.ts';

export interface ShownKey {
  readonly type: string;
  readonly base64: string;
  /** `ED25519 SHA256:…`, as ssh prints it. */
  readonly shown: string;
}

const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** Those of the types that the host is known by first: a host with several keys shows the one that is asked for. */
export async function preferredAlgorithms(settings: SshSettings): Promise<ServerHostKeyAlgorithm[]> {
  const known = new Set((await knownKeys(settings)).map(({ type }) => type));
  const types = Object.keys(ALGORITHMS);
  return [...types.filter((type) => known.has(type)), ...types.filter((type) => !known.has(type))].flatMap((type) => ALGORITHMS[type] ?? []);
}

export function shownKey(key: Buffer): ShownKey {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  const name = type.startsWith('ecdsa') ? 'ECDSA' : type.replace('ssh-', '').toUpperCase();
  const print = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return { type, base64: key.toString('base64'), shown: `${name} SHA256:${print}` };
}

/** Passes a key that is known; `ask` when somebody has to be asked first; throws HOST_KEY_CHANGED or HOST_KEY_UNKNOWN. */
export async function checkHostKey(settings: SshSettings, key: ShownKey, interactive: boolean): Promise<'known' | 'new' | 'ask'> {
  const verdict = judge(key.type, key.base64, await knownKeys(settings));
  if (verdict.is === 'known') return 'known';
  if (verdict.is === 'changed') throw keyChanged(settings, key.shown, verdict.because);
  if (verdict.is === 'revoked') throw keyRevoked(settings, key.shown, verdict.because);
  if (verdict.is === 'authority') throw keyOfAuthority(settings, verdict.because);
  if (settings.hostKeyPolicy === 'accept-new') return 'new';
  if (settings.hostKeyPolicy === 'strict') throw keyUnknown(settings, key.shown, 'StrictHostKeyChecking allows no new ones');
  if (!interactive) throw keyUnknown(settings, key.shown, `nobody is there to say whether that is right${others(verdict)}`);
  return 'ask';
}

const others = (verdict: Verdict): string =>
  verdict.is === 'unknown' && verdict.otherTypes.length > 0 ? ` (it is known by a key of another type: ${verdict.otherTypes.join(', ')})` : '';

/** Asks whether the key is right; throws HOST_KEY_UNKNOWN when it is not. Meant for no open connection: servers do not wait long. */
export async function askAboutKey(settings: SshSettings, key: ShownKey, asker: Asker): Promise<void> {
  await asker.inTurn(async () => {
    const verdict = judge(key.type, key.base64, await knownKeys(settings));
    if (verdict.is === 'known') return; // answered meanwhile, for the same host under another name
    const isRight = await asker.confirm(`${whereOf(settings)} is not known yet. It shows ${key.shown}${others(verdict)}. Trust it from now on?`);
    if (!isRight) throw keyUnknown(settings, key.shown, 'it was not trusted');
  });
}

export async function rememberKey(settings: SshSettings, key: ShownKey): Promise<void> {
  const [file] = settings.knownHostsFiles;
  if (file !== undefined) await addKnownHost(file, settings.knownAs, key.type, key.base64, settings.hashKnownHosts);
}

async function knownKeys(settings: SshSettings): ReturnType<typeof readKnownHosts> {
  return keysOf(settings.knownAs, await readKnownHosts([...settings.knownHostsFiles, ...settings.globalKnownHostsFiles]));
}
