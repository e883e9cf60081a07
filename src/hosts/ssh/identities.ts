// The keys one can log in with: files, whose passphrase is asked once for all hosts, and those of an agent.
import { readFile, stat } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { messageOf } from '../../errors/app-error.ts';
import { errnoOf, readText } from '../../platform/files.ts';
import type { Asker } from '../asker.ts';

const PASSPHRASE_ATTEMPTS = 3;

/** A private key, or why there is none. */
export type KeyFile = { readonly key: ParsedKey } | { readonly flaw: string; readonly isAbsent?: boolean };

/** One way to log in, and what it is called when it does not work. */
export type Identity =
  | { readonly label: string; readonly kind: 'agent'; readonly agentSocket: string; readonly key: ParsedKey }
  | { readonly label: string; readonly kind: 'file'; readonly isNamed: boolean; load(): Promise<KeyFile> };

export interface IdentitySources {
  readonly files: readonly string[];
  readonly filesNamed: boolean;
  readonly onlyFiles: boolean;
  readonly agent: string | undefined;
}

/** Shared by all hosts of a run: a file is read, and its passphrase asked, once. */
export class Identities {
  readonly #asker: Asker;
  readonly #files = new Map<string, Promise<KeyFile>>();
  readonly #agents = new Map<string, Promise<readonly ParsedKey[]>>();

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** In the order of trying: what an agent has of the named files, the named files, the rest of the agent; files nobody named come last. */
  async candidates({ files, filesNamed, onlyFiles, agent }: IdentitySources): Promise<readonly Identity[]> {
    const inAgent = agent === undefined ? [] : await this.#agentKeys(agent);
    const wanted = await Promise.all(files.map((file) => publicKey(file)));
    const isWanted = (key: ParsedKey): boolean => wanted.includes(base64(key));
    const fromAgent = (key: ParsedKey): Identity => ({
      label: `${key.comment || fingerprintless(key)} (agent)`,
      kind: 'agent',
      agentSocket: agent ?? '',
      key,
    });
    const agentHas = new Set(inAgent.map(base64));
    const fromFiles = files
      .filter((_, index) => !agentHas.has(wanted[index] ?? ''))
      .map((file): Identity => ({ label: file, kind: 'file', isNamed: filesNamed, load: () => this.#keyFile(file) }));
    const first = inAgent.filter(isWanted).map(fromAgent);
    const rest = onlyFiles ? [] : inAgent.filter((key) => !isWanted(key)).map(fromAgent);
    return filesNamed ? [...first, ...fromFiles, ...rest] : [...first, ...rest, ...fromFiles];
  }

  #agentKeys(socket: string): Promise<readonly ParsedKey[]> {
    const known = this.#agents.get(socket) ?? agentKeys(socket);
    this.#agents.set(socket, known);
    return known;
  }

  #keyFile(file: string): Promise<KeyFile> {
    const known = this.#files.get(file) ?? this.#readKey(file);
    this.#files.set(file, known);
    known.catch(() => this.#files.delete(file)); // a question that was not answered may be asked again
    return known;
  }

  async #readKey(file: string): Promise<KeyFile> {
    let text: Buffer;
    try {
      const { mode, uid } = await stat(file);
      text = await readFile(file);
      if (isPublicHalf(text))
        return { flaw: `it is the public half of a key: name the private one, ${file.endsWith('.pub') ? file.slice(0, -4) : 'which lies beside it'}` };
      if (process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0)
        return { flaw: `others may read it, and ssh refuses such a key: chmod 600 ${file}` };
    } catch (error) {
      return { flaw: errnoOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error), isAbsent: errnoOf(error) === 'ENOENT' };
    }
    const plain = await parse(text);
    if (!(plain instanceof Error)) return { key: plain };
    if (!/no passphrase given/.test(plain.message)) return { flaw: /Unsupported key format/.test(plain.message) ? 'it holds no private key' : plain.message };
    if (!this.#asker.interactive) return { flaw: 'it has a passphrase, and nobody is there to type it: add it to an agent with ssh-add' };
    return this.#asker.inTurn(() => this.#unlock(file, text));
  }

  async #unlock(file: string, text: Buffer): Promise<KeyFile> {
    for (let attempt = 1; attempt <= PASSPHRASE_ATTEMPTS; attempt++) {
      const passphrase = await this.#asker.secret(`${attempt === 1 ? '' : 'That was wrong. '}Passphrase of ${file}:`);
      if (passphrase === '') return { flaw: 'no passphrase was given' };
      const key = await parse(text, passphrase);
      if (!(key instanceof Error)) return { key };
    }
    return { flaw: `the passphrase was wrong ${PASSPHRASE_ATTEMPTS} times` };
  }
}

async function parse(text: Buffer, passphrase?: string): Promise<ParsedKey | Error> {
  const { utils } = (await import('ssh2')).default;
  // A file may hold several keys; only the first is used, as by ssh.
  const parsed = utils.parseKey(text, passphrase) as ParsedKey | Error | readonly ParsedKey[];
  const key = Array.isArray(parsed) ? (parsed as readonly ParsedKey[])[0] : (parsed as ParsedKey | Error);
  if (key === undefined) return new Error('it holds no key');
  return key instanceof Error || key.isPrivateKey() ? key : new Error('it holds a public key: name the private one');
}

const isPublicHalf = (text: Buffer): boolean => /^(ssh|ecdsa|sk)-\S+ /.test(text.toString('latin1', 0, 200));
const base64 = (key: ParsedKey): string => key.getPublicSSH().toString('base64');
const fingerprintless = (key: ParsedKey): string => `${key.type} …${base64(key).slice(-12)}`;

/** The public key beside a private one, in base64; undefined where there is none. */
async function publicKey(file: string): Promise<string | undefined> {
  const text = await readText(`${file}.pub`).catch(() => undefined); // not ours to read: then the file itself is tried
  return text?.trim().split(/\s+/)[1];
}

/** None where nothing listens: ssh goes on without an agent too. */
async function agentKeys(socket: string): Promise<readonly ParsedKey[]> {
  const { OpenSSHAgent } = (await import('ssh2')).default;
  return new Promise((resolve) => {
    new OpenSSHAgent(socket).getIdentities((error, keys) => resolve(error ? [] : ((keys ?? []) as readonly ParsedKey[])));
  });
}
