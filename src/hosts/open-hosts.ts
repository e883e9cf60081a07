// Hosts of a cluster file, ready to be used: they share who is asked, so that no two ask at once and none asks what another was told.
import type { Clock } from '../platform/clock.ts';
import { Asker, type AskerOptions } from './asker.ts';
import type { Host } from './host.ts';
import { localHost } from './local/local-host.ts';
import { Identities } from './ssh/identities.ts';
import { sshHost } from './ssh/ssh-host.ts';
import { resolveSshSettings, type SettingsSources, type SshSettings, type SshTarget } from './ssh/ssh-settings.ts';
import type { Terminal } from './ssh/terminal.ts';

export type HostTarget = ({ readonly kind: 'ssh' } & SshTarget) | { readonly kind: 'local'; readonly name: string };

export interface OpenHostsOptions extends AskerOptions, SettingsSources {
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** The longest to wait for a host to answer at all; as ssh does if not given. */
  readonly patienceMs?: number;
}

export interface OpenHosts {
  /** In the order of the targets. */
  readonly hosts: readonly Host[];
  close(): Promise<void>;
}

/** Reads the SSH configuration and connects to nothing yet: a host connects at its first command. */
export async function openHosts(targets: readonly HostTarget[], options: OpenHostsOptions): Promise<OpenHosts> {
  const { clock, env, terminal, patienceMs = Number.POSITIVE_INFINITY } = options;
  const asker = new Asker(options);
  const identities = new Identities(asker);
  const open = async (target: HostTarget): Promise<Host> => {
    if (target.kind === 'local') return localHost({ name: target.name, env, clock, asker });
    const settings = await resolveSshSettings(target, options);
    const impatient = ({ connectTimeoutMs, ...rest }: SshSettings): SshSettings => ({ ...rest, connectTimeoutMs: Math.min(connectTimeoutMs, patienceMs) });
    return sshHost(target.name, { settings: { ...impatient(settings), jumps: settings.jumps.map(impatient) }, clock, asker, identities, terminal });
  };
  const hosts = await Promise.all(targets.map(open));
  return {
    hosts,
    async close() {
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}
