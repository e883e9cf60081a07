// What can go wrong between here and a host, in words and with what to type next.
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { errnoOf } from '../../platform/files.ts';
import type { Authentication } from './authentication.ts';
import type { KnownKey } from './known-hosts.ts';
import type { SshSettings } from './ssh-settings.ts';

export const whereOf = ({ user, address, port }: Pick<SshSettings, 'user' | 'address' | 'port'>): string =>
  `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`;

/** The ssh command that goes the same way. */
export function sshCommand({ user, address, port, jumps, identities, identitiesNamed }: SshSettings, option = ''): string {
  const through = jumps.map((jump) => `${jump.user}@${jump.address}${jump.port === 22 ? '' : `:${jump.port}`}`).join(',');
  const words = [
    'ssh',
    option,
    port === 22 ? '' : `-p ${port}`,
    through && `-J ${through}`,
    ...(identitiesNamed ? identities.map((each) => `-i ${each}`) : []),
  ];
  return [...words, `${user}@${address}`].filter(Boolean).join(' ');
}

interface Reason {
  readonly why: string;
  readonly next: (settings: SshSettings) => readonly string[];
}

const toMachine = ({ address }: SshSettings): string => `see whether the machine answers: ping -c 3 ${address}`;

const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: {
    why: 'nothing listens on that port: no SSH server runs there, or it has another port',
    next: ({ port }) => [
      `on that host: sudo systemctl enable --now ssh (sshd on RHEL-likes)`,
      `if its port is not ${port}, set the port of the host in the cluster file`,
    ],
  },
  EHOSTUNREACH: {
    why: 'there is no way to that address, or nothing has it',
    next: (settings) => [toMachine(settings), `see which way packets take: ip route get ${settings.address}`],
  },
  ENETUNREACH: { why: 'there is no route to that network', next: (settings) => [`see which way packets take: ip route get ${settings.address}`] },
  ETIMEDOUT: { why: 'nothing answered', next: (settings) => [toMachine(settings), `a firewall may drop port ${settings.port}: open it on the way`] },
  ENOTFOUND: {
    why: 'no address belongs to that name',
    next: ({ address }) => [`look it up: getent hosts ${address}`, 'or give the address of the host in the cluster file'],
  },
  EAI_AGAIN: {
    why: 'the name servers do not answer',
    next: ({ address }) => [`look it up: getent hosts ${address}`, 'or give the address of the host in the cluster file'],
  },
  ECONNRESET: { why: 'it closed the connection before saying anything', next: (settings) => [`see what it does: ${sshCommand(settings, '-v')}`] },
};

export function unreachable(settings: SshSettings, error: unknown): AppError {
  const cause = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error;
  const reason = REASONS[errnoOf(cause) ?? errnoOf(error) ?? ''];
  return new AppError({
    code: 'HOST_UNREACHABLE',
    what: `cannot reach ${whereOf(settings)}`,
    why: reason?.why ?? messageOf(cause),
    next: reason?.next(settings) ?? [`see what happens: ${sshCommand(settings, '-v')}`],
    exitCode: EXIT.remoteCommand,
    cause: error,
  });
}

export const connectTimeout = (settings: SshSettings): AppError =>
  new AppError({
    code: 'HOST_UNREACHABLE',
    what: `cannot reach ${whereOf(settings)}`,
    why: `nothing answered within ${settings.connectTimeoutMs / 1000} s`,
    next: [toMachine(settings), `a firewall may drop port ${settings.port}, or the host may be overloaded`],
    exitCode: EXIT.timeout,
  });

export function notAuthenticated(settings: SshSettings, { tried, offered }: Authentication, detail?: string): AppError {
  const keys = tried.length > 0 ? `tried ${tried.map(({ label, outcome }) => `${label} (${outcome})`).join(', ')}` : 'there was no key to try';
  const ways = offered.includes('publickey') ? '' : `; the host takes no keys, only ${offered.join(', ') || 'nothing it names'}`;
  const [key] = settings.identitiesNamed ? settings.identities : [];
  return new AppError({
    code: 'SSH_AUTHENTICATION',
    what: `cannot log in to ${whereOf(settings)}`,
    why: `${keys}${ways}${detail ? `; it said: ${detail}` : ''}`,
    next: [
      ...(key?.endsWith('.pub') ? [`name the private key in the cluster file: identity: ${key.slice(0, -'.pub'.length)}`] : []),
      `put your public key there: ssh-copy-id${key ? ` -i ${key}` : ''}${settings.port === 22 ? '' : ` -p ${settings.port}`} ${settings.user}@${settings.address}`,
      'or name the right user and identity of the host in the cluster file',
      `see what ssh makes of it: ${sshCommand(settings, '-v')}`,
    ],
    exitCode: EXIT.remoteCommand,
  });
}

const removal = (known: KnownKey, settings: SshSettings): string => `ssh-keygen -f ${known.file} -R '${settings.knownAs}'`;

export const keyChanged = (settings: SshSettings, shown: string, known: KnownKey): AppError =>
  new AppError({
    code: 'HOST_KEY_CHANGED',
    what: `${whereOf(settings)} shows another key than the one it is known by`,
    why: `it shows ${shown}; ${known.file}, line ${known.line}, has another one. The host was installed anew, or somebody is in between`,
    next: [
      `compare with the host itself, at its console: ssh-keygen -lf /etc/ssh/ssh_host_${fileTypeOf(known.type)}_key.pub`,
      `if it is right, forget the old key: ${removal(known, settings)}`,
    ],
    exitCode: EXIT.remoteCommand,
  });

export const keyRevoked = (settings: SshSettings, shown: string, known: KnownKey): AppError =>
  new AppError({
    code: 'HOST_KEY_CHANGED',
    what: `${whereOf(settings)} shows a key that was revoked`,
    why: `it shows ${shown}; ${known.file}, line ${known.line}, marks it @revoked`,
    next: ['ask whoever revoked it why that host still has it'],
    exitCode: EXIT.remoteCommand,
  });

export const keyOfAuthority = (settings: SshSettings, known: KnownKey): AppError =>
  new AppError({
    code: 'SSH_CONFIG_UNSUPPORTED',
    what: `cannot check the key of ${whereOf(settings)}`,
    why: `${known.file}, line ${known.line}, trusts an authority (@cert-authority), and certificates of hosts are not understood here`,
    next: [`add the key of the host itself: ${scan(settings)}`],
    exitCode: EXIT.invalidFile,
  });

export const keyUnknown = (settings: SshSettings, shown: string, why: string): AppError =>
  new AppError({
    code: 'HOST_KEY_UNKNOWN',
    what: `${whereOf(settings)} is not known yet`,
    why: `it shows ${shown}, and ${why}`,
    next: [`look at it and accept it once: ${sshCommand(settings)} true`, `or accept it unseen, on a network you trust: ${scan(settings)}`],
    exitCode: EXIT.remoteCommand,
  });

const scan = ({ address, port, knownHostsFiles }: SshSettings): string =>
  `ssh-keyscan${port === 22 ? '' : ` -p ${port}`} ${address} >> ${knownHostsFiles[0] ?? '~/.ssh/known_hosts'}`;

const fileTypeOf = (type: string): string => (type.startsWith('ecdsa') ? 'ecdsa' : type.replace('ssh-', ''));

export const connectionLost = (settings: SshSettings, why: string): AppError =>
  new AppError({
    code: 'CONNECTION_LOST',
    what: `the connection to ${whereOf(settings)} broke`,
    why: `${why}; what ran there may have gone on`,
    next: [toMachine(settings), 'run the same command again: it goes on where it was'],
    exitCode: EXIT.remoteCommand,
  });

export const sessionRefused = (settings: SshSettings, why: string): AppError =>
  new AppError({
    code: 'SESSION_REFUSED',
    what: `${whereOf(settings)} does not start another command`,
    why,
    next: ["see what the server allows, on that host: sudo sshd -T | grep -iE 'maxsessions|forcecommand|permittty'"],
    exitCode: EXIT.remoteCommand,
  });
