// Do the clocks agree: certificates are valid from the second in which they are made.
import type { HostSpec } from '../../cluster-file/cluster-spec.ts';
import { cannotTell, type Check, type ClockOffset, type Grounds, green, red, yellow } from '../check.ts';

const NOTICED_MS = 2_000;
const TOO_MUCH_MS = 10_000;
const HERE = 'this machine';

export const clock: Check = {
  name: 'clock',
  look(host, grounds) {
    const own = grounds.clock(host);
    if (!own) return cannotTell('what time it has');
    const { from, ms } = farthest(host, own, grounds);
    if (ms <= NOTICED_MS) return green('agrees');
    const says = `${(ms / 1000).toFixed(1)} s away from ${from}`;
    const fix = 'let chrony or systemd-timesyncd keep the time: timedatectl set-ntp true';
    return ms > TOO_MUCH_MS ? red(says, fix) : yellow(says, fix);
  },
};

function farthest(host: HostSpec, own: ClockOffset, { spec, clock: clockOf }: Grounds): { readonly from: string; readonly ms: number } {
  const others = spec.hosts.flatMap((other) => {
    const offset = other === host ? undefined : clockOf(other);
    return offset ? [{ from: other.name, ms: apart(own, offset) }] : [];
  });
  return [{ from: HERE, ms: apart(own, { leastMs: 0, mostMs: 0 }) }, ...others].reduce((most, each) => (each.ms > most.ms ? each : most));
}

/** By how much two clocks differ at least: what the way there and back took is nobody's fault. */
const apart = (a: ClockOffset, b: ClockOffset): number => Math.max(0, a.leastMs - b.mostMs, b.leastMs - a.mostMs);
