// How one logs in to a host of a cluster file: as a target for ckadet itself, and as words for the ssh of a script. Pure.
import { resolve } from 'node:path';
import type { HostTarget } from '../hosts/open-hosts.ts';
import { parseJump } from '../hosts/ssh/ssh-settings.ts';
import { shellWord } from '../platform/shell-quote.ts';
import type { HostSpec } from './cluster-file/cluster-spec.ts';

/** `base` is the folder of the cluster file: a relative path in it is meant from there, wherever the command is typed. */
export function targetOf({ name, kind, address, port, user, identity, jump }: HostSpec, base: string): HostTarget {
  if (kind === 'local') return { kind, name };
  const identities = identity === undefined ? undefined : [/^[~%$]/.test(identity) ? identity : resolve(base, identity)];
  return { kind, name, address, port, user, identities, jumps: jump };
}

/** What follows `ssh`; undefined for this machine. What ~/.ssh/config adds, ssh reads itself. */
export function sshWords(host: HostSpec, base: string): readonly string[] | undefined {
  const target = targetOf(host, base);
  if (target.kind === 'local') return undefined;
  const keys = (target.identities ?? []).flatMap(keyWords);
  return [...keys, ...through(target.jumps ?? [], keys), ...toHost(target)];
}

/** `-i` looks whether the file is there before it fills anything in; in either form ssh takes `%` for the beginning of something to fill in. */
const keyWords = (path: string): readonly string[] => (/[%$]/.test(path) ? ['-o', `IdentityFile="${path.replaceAll('%', '%%')}"`] : ['-i', path]);

type Address = ReturnType<typeof parseJump>;

const toHost = ({ address, port, user }: Address): readonly string[] => [
  ...(port === undefined ? [] : ['-p', String(port)]),
  user === undefined ? address : `${user}@${address}`,
];

/** ckadet shows the same key to the hosts on the way. With `-J`, ssh does not: there each host on the way gets a command of its own. */
function through(jumps: readonly string[], keys: readonly string[]): readonly string[] {
  const hosts = jumps.map(parseJump);
  if (!hosts.length) return [];
  if (!keys.length) return ['-J', hosts.map(jumpWord).join(',')];
  const option = (command: string): string => `ProxyCommand=${command}`;
  const command = hosts.reduce<string | undefined>((before, host) => {
    const options = [...keys, ...(before === undefined ? [] : ['-o', option(before)])].map((word) => word.replaceAll('%', '%%'));
    return ['ssh', '-o', 'BatchMode=yes', ...options, '-W', '[%h]:%p', ...toHost(host)].map(shellWord).join(' ');
  }, undefined);
  return command === undefined ? [] : ['-o', option(command)];
}

const jumpWord = ({ address, port, user }: Address): string =>
  `${user === undefined ? '' : `${user}@`}${address.includes(':') ? `[${address}]` : address}${port === undefined ? '' : `:${port}`}`;
