// How one host is reached over SSH: what the cluster file says, else what OpenSSH's configuration says, else OpenSSH's defaults.
import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { type ClientConfig, type ConfigValue, loadClientConfig, refusal } from './client-config.ts';

/** A host as the cluster file names it; what is left out comes from elsewhere. */
export interface SshTarget {
  readonly name: string;
  /** An address, a name, or a Host of the SSH configuration. */
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Private key files; `~` is the home folder, other relative paths are of the working folder. */
  readonly identities?: readonly string[] | undefined;
  /** Hosts to go through, in order: `[user@]host[:port]`; an empty list goes straight there. */
  readonly jumps?: readonly string[] | undefined;
}

export type HostKeyPolicy = 'ask' | 'accept-new' | 'strict';

export interface SshSettings {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identities: readonly string[];
  /** Whether somebody named them, or they are only where OpenSSH looks. */
  readonly identitiesNamed: boolean;
  readonly identitiesOnly: boolean;
  /** The socket of an agent. */
  readonly agent: string | undefined;
  readonly jumps: readonly SshSettings[];
  /** The name known_hosts files have it under: `name`, or `[name]:port`. */
  readonly knownAs: string;
  /** The first is the one that is written to. */
  readonly knownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly hostKeyPolicy: HostKeyPolicy;
  readonly connectTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveCount: number;
}

export interface SettingsSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Left out: ~/.ssh/config. Null: none is read. */
  readonly configFile?: string | null | undefined;
}

const DEEPEST_JUMP = 8;
const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ed25519'];
const CONNECT_TIMEOUT_S = 10;
const KEEPALIVE_S = 10;
const KEEPALIVE_COUNT = 3;

export async function resolveSshSettings(target: Omit<SshTarget, 'name'>, sources: SettingsSources, depth = 0): Promise<SshSettings> {
  const { env } = sources;
  const home = env['HOME'] || homedir();
  const file = sources.configFile === undefined ? join(home, '.ssh', 'config') : sources.configFile;
  const config: ClientConfig = file === null ? new Map() : await loadClientConfig(file, target.address, home);
  const first = (keyword: string): string | undefined => config.get(keyword)?.[0]?.words[0];
  const seconds = (keyword: string, preset: number): number => number(config.get(keyword)?.[0], preset) * 1000;

  const user = target.user ?? first('user') ?? userInfo().username;
  const port = target.port ?? number(config.get('port')?.[0], 22);
  const known = { n: target.address, p: String(port), r: user, d: home, u: userInfo().username, l: hostname(), '%': '%' };
  const expand = (text: string, place: string, more: Readonly<Record<string, string>>): string =>
    text
      .replaceAll(/%(.)/g, (token, letter: string) => more[letter] ?? fail(refusal(place, token)))
      .replaceAll(/\$\{(\w+)\}/g, (token, name: string) => env[name] ?? fail(refusal(place, `${token}, which is not set`)))
      .replace(/^~(?=\/|$)/, home);
  const named = config.get('hostname')?.[0];
  const address = named ? expand(named.words[0] ?? '', named.place, { ...known, h: target.address }) : target.address;
  const tokens = { ...known, h: address };
  const files = (keyword: string, preset: readonly string[]): readonly string[] => {
    const { words, place } = config.get(keyword)?.[0] ?? { words: preset, place: keyword };
    return words.filter((each) => each !== 'none').map((each) => resolve(expand(each, place, tokens)));
  };

  const proxy = config.get('proxycommand')?.[0];
  if (proxy && proxy.words[0] !== 'none' && target.jumps === undefined && !config.has('proxyjump')) throw refusal(proxy.place, 'ProxyCommand');
  const jumps = target.jumps ?? jumpsOf(config.get('proxyjump')?.[0]);
  if (jumps.length > 0 && depth >= DEEPEST_JUMP)
    throw refusal(config.get('proxyjump')?.[0]?.place ?? 'the cluster file', `ProxyJump more than ${DEEPEST_JUMP} deep`);

  const own = target.identities?.map((each) => resolve(expand(each.replaceAll('%', '%%'), 'the cluster file', tokens)));
  const configured = config
    .get('identityfile')
    ?.flatMap(({ words, place }) => words.filter((each) => each !== 'none').map((each) => resolve(expand(each, place, tokens))));
  const agent = first('identityagent') ?? 'SSH_AUTH_SOCK';
  const alias = first('hostkeyalias');
  const knownAs = (alias ?? address).toLowerCase();
  return {
    address,
    port,
    user,
    identities: own ?? configured ?? DEFAULT_IDENTITIES.map((each) => join(home, '.ssh', each)),
    identitiesNamed: (own ?? configured) !== undefined,
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    agent: agent === 'none' ? undefined : agent === 'SSH_AUTH_SOCK' ? env['SSH_AUTH_SOCK'] || undefined : expand(agent, 'IdentityAgent', tokens),
    jumps: await Promise.all(jumps.map((each, index) => resolveJump(each, index === 0 ? undefined : []))).then((all) => all.flat()),
    knownAs: port === 22 || alias !== undefined ? knownAs : `[${knownAs}]:${port}`,
    knownHostsFiles: files('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    hashKnownHosts: first('hashknownhosts')?.toLowerCase() === 'yes',
    hostKeyPolicy: policyOf(config.get('stricthostkeychecking')?.[0]),
    connectTimeoutMs: seconds('connecttimeout', CONNECT_TIMEOUT_S),
    keepaliveMs: seconds('serveraliveinterval', KEEPALIVE_S),
    keepaliveCount: number(config.get('serveralivecountmax')?.[0], KEEPALIVE_COUNT),
  };

  /** The first of several is reached as its own configuration says; the others through those before them. */
  async function resolveJump(text: string, jumps: readonly string[] | undefined): Promise<readonly SshSettings[]> {
    const at = parseJump(text);
    const jump = await resolveSshSettings(
      { ...at, ...(target.identities ? { identities: target.identities } : {}), ...(jumps ? { jumps } : {}) },
      sources,
      depth + 1,
    );
    return [...jump.jumps, { ...jump, jumps: [] }];
  }
}

/** `[user@]host[:port]`, as ssh -J takes it; IPv6 addresses with a port in brackets. */
export function parseJump(text: string): Omit<SshTarget, 'name'> {
  const parts =
    /^(?:ssh:\/\/)?(?:(?<user>[^@\s]+)@)?(?:\[(?<v6>[^\]\s]+)\]|(?<name>[^:@\s]+)|(?<plainV6>[\da-f.]*:[\da-f.]*:[\da-f:.]*$))(?::(?<port>\d+))?\/?$/i.exec(
      text,
    )?.groups;
  const address = parts?.['v6'] ?? parts?.['name'] ?? parts?.['plainV6'];
  if (!address)
    throw new AppError({
      code: 'SSH_JUMP',
      what: `${JSON.stringify(text)} is no jump host`,
      why: 'it should be [user@]host[:port]',
      next: ['write it as ssh -J takes it: admin@bastion.example:22'],
      exitCode: EXIT.invalidFile,
    });
  return { address, user: parts?.['user'], port: parts?.['port'] === undefined ? undefined : Number(parts['port']) };
}

const jumpsOf = (value: ConfigValue | undefined): readonly string[] => {
  const text = value?.words.join(',') ?? 'none';
  return text.toLowerCase() === 'none' ? [] : text.split(',').filter(Boolean);
};

function number(value: ConfigValue | undefined, preset: number): number {
  const text = value?.words[0];
  if (text === undefined || text.toLowerCase() === 'none') return preset;
  return /^\d+$/.test(text) ? Number(text) : fail(refusal(value?.place ?? '', `${text} where a number is expected`));
}

function policyOf(value: ConfigValue | undefined): HostKeyPolicy {
  const text = value?.words[0]?.toLowerCase() ?? 'ask';
  if (text === 'yes' || text === 'true') return 'strict';
  return text === 'accept-new' || text === 'no' || text === 'off' || text === 'false' ? 'accept-new' : 'ask';
}

function fail(error: Error): never {
  throw error;
}
