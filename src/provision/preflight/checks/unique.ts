// What no two hosts may share, as clones of one machine do; and how the host calls itself.
import type { CheckName } from '../../cluster-file/check-names.ts';
import { answer, answers, type Survey } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';
import { OF_POD_NETWORK } from './own.ts';

export const hostname: Check = {
  name: 'hostname',
  look(host, { survey }) {
    const own = answer(survey(host), 'hostname');
    if (own === undefined) return cannotTell('what it calls itself');
    if (/[A-Z]/.test(own))
      return yellow(`calls itself ${own}; node names have no capitals, and this node will be ${host.nodeName}`, `hostnamectl set-hostname ${host.nodeName}`);
    return own.split('.')[0] === host.nodeName.split('.')[0]
      ? green(own)
      : yellow(`calls itself ${own}; its node will be ${host.nodeName}`, `hostnamectl set-hostname ${host.nodeName}`);
  },
};

interface Shared {
  readonly name: CheckName;
  readonly what: string;
  readonly fix: string;
  /** Empty where it cannot be told. */
  of(facts: Survey): readonly string[];
}

const unique = ({ name, what, fix, of }: Shared): Check => ({
  name,
  look(host, { survey, spec }) {
    const own = of(survey(host));
    if (!own.length) return cannotTell(`its ${what}`);
    for (const other of spec.hosts) {
      const same = other === host ? undefined : of(survey(other)).find((value) => own.includes(value));
      if (same !== undefined) return red(`has the ${what} of ${other.name}: ${same}`, fix);
    }
    return green(own.join(', '));
  },
});

const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value.toLowerCase()]);

export const uniqueHostname = unique({
  name: 'unique-hostname',
  what: 'host name',
  fix: 'hostnamectl set-hostname NAME',
  of: (facts) => one(answer(facts, 'hostname')),
});
export const uniqueMac = unique({
  name: 'unique-mac',
  what: 'MAC address',
  fix: 'give each machine network cards of its own in its hypervisor',
  of: (facts) =>
    answers(facts, 'mac')
      .map((line) => line.split(' '))
      // What runtimes and pod networks make has addresses that are theirs to choose.
      .filter(([link = '', mac]) => !OF_POD_NETWORK.test(link) && !/^(docker|br-|virbr|podman)/.test(link) && mac !== '00:00:00:00:00:00')
      .map(([, mac = '']) => mac.toLowerCase()),
});
export const uniqueProductUuid = unique({
  name: 'unique-product-uuid',
  what: 'product_uuid',
  fix: 'give each machine a UUID of its own in its hypervisor (see: sudo cat /sys/class/dmi/id/product_uuid)',
  // A container sees its machine's.
  of: (facts) => (isContainer(facts) ? [] : one(answer(facts, 'product-uuid'))),
});
export const uniqueMachineId = unique({
  name: 'unique-machine-id',
  what: 'machine-id',
  fix: 'make a new one: rm /etc/machine-id && systemd-machine-id-setup, then reboot',
  of: (facts) => one(answer(facts, 'machine-id')),
});

const isContainer = (facts: Survey): boolean => (answer(facts, 'container') ?? 'none') !== 'none';
