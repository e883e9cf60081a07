// A host over SSH.
import type { Host } from '../host.ts';
import { ShellHost } from '../shell/shell-host.ts';
import { whereOf } from './ssh-errors.ts';
import { SshTransport, type SshTransportOptions } from './ssh-transport.ts';

export function sshHost(name: string, options: SshTransportOptions): Host {
  const { settings, clock, asker } = options;
  return new ShellHost({ name, kind: 'ssh', where: whereOf(settings), user: settings.user, transport: new SshTransport(options), clock, asker });
}
