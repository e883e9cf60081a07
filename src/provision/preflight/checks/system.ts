// Is the host one that can be made a node: its distribution, its architecture, the rights one has there.
import { MACHINES } from '../../survey/distribution.ts';
import { answer, has } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';

/** Named by their `ID` in /etc/os-release. */
const DISTRIBUTIONS = ['debian', 'ubuntu', 'rhel', 'centos', 'rocky', 'almalinux', 'fedora', 'ol'] as const;
const isNamed = (id: string): boolean => (DISTRIBUTIONS as readonly string[]).includes(id);

/** First of all rows: where a host does not answer, it is the only one. */
export const login: Check = {
  name: 'login',
  look(host, { failure }) {
    const failed = failure(host);
    return failed ? red(failed.says, failed.fix ?? `log in by hand: ckadet cluster ssh ${host.name}`) : green('answers');
  },
};

export const sudo: Check = {
  name: 'sudo',
  look(host, { survey }) {
    const user = answer(survey(host), 'user');
    if (user === undefined) return cannotTell('whose rights commands have');
    return user === '0' ? green('root') : red(`sudo leads to user ${user}, not to root`, 'give the user sudo as root: (ALL) ALL in /etc/sudoers.d');
  },
};

export const os: Check = {
  name: 'os',
  look(host, { survey }) {
    const facts = survey(host);
    const [kernel, id] = [answer(facts, 'kernel'), answer(facts, 'os-id')];
    const name = answer(facts, 'os-name') ?? id ?? 'an unknown distribution';
    if (kernel !== undefined && kernel !== 'Linux') return red(`runs ${kernel}`, 'nodes run Linux: name another host');
    if (id === undefined) return cannotTell('which distribution it is: there is no /etc/os-release');
    if (answer(facts, 'end') !== undefined && !has(facts, 'systemctl'))
      return red(`${name} without systemd`, 'the kubelet runs as a unit of systemd: name a host that has it');
    if (isNamed(id)) return green(name);
    const like = (answer(facts, 'os-like') ?? '').split(' ').find(isNamed);
    if (like !== undefined) return yellow(`${name} is treated as ${like}, and was not tried`);
    return red(`${name} is not supported`, `use one of ${DISTRIBUTIONS.join(', ')}, or accept that it was never tried`);
  },
};

export const architecture: Check = {
  name: 'architecture',
  look(host, { survey }) {
    const machine = answer(survey(host), 'machine');
    if (machine === undefined) return cannotTell('its architecture');
    return MACHINES.includes(machine) ? green(machine) : red(`${machine} is not supported`, `name a host with ${MACHINES.join(' or ')}`);
  },
};
