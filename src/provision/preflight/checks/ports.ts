// Are the ports free that the parts of a node listen on; and does a firewall stand before them.
import type { HostSpec } from '../../cluster-file/cluster-spec.ts';
import { answer, answers, has } from '../../survey/survey.ts';
import { cannotTell, type Check, type Grounds, green, red, type Verdict, yellow } from '../check.ts';
import { portsForOthers, portsOf } from '../needed-ports.ts';
import { isOurs } from './own.ts';

export const ports: Check = {
  name: 'ports',
  look(host, { survey, spec }) {
    const facts = survey(host);
    if (isOurs(facts, spec)) return green('those of this cluster');
    const listeners = answers(facts, 'listens').map((line) => line.split(' '));
    if (!listeners.length && !has(facts, 'ss')) return cannotTell('which ports are in use: there is no ss');
    const wanted = portsOf(host, spec).map(String);
    const taken = listeners.filter(([port = '']) => wanted.includes(port));
    if (!taken.length) return green('free');
    const told = [...new Set(taken.map(([port, program]) => `${port}${program ? ` (${program})` : ''}`))].join(', ');
    return red(`in use: ${told}`, `stop what listens there: ss -ltnp '( sport = :${taken.map(([port]) => port).join(' or sport = :')} )'`);
  },
};

export const firewall: Check = {
  name: 'firewall',
  look(host, grounds) {
    const facts = grounds.survey(host);
    if (answers(facts, 'firewall').includes('firewalld')) return inTheWay('firewalld', host, grounds, firewalldCommand);
    if (answers(facts, 'firewall-active').includes('ufw')) return inTheWay('ufw', host, grounds, ufwCommand);
    return answer(facts, 'end') === undefined ? cannotTell('whether a firewall is on') : green('none that is known is on');
  },
};

interface Openings {
  /** `6443/tcp`, `30000-32767/tcp` */
  readonly ports: readonly string[];
  /** Networks of pods and Services, whose packets the host forwards. */
  readonly networks: readonly string[];
  readonly vrrp: boolean;
}

const firewalldCommand = ({ ports, networks, vrrp }: Openings): string =>
  [
    `firewall-cmd --permanent ${[...ports.map((port) => `--add-port=${port}`), ...(vrrp ? ['--add-protocol=vrrp'] : [])].join(' ')}`,
    ...(networks.length ? [`firewall-cmd --permanent --zone=trusted ${networks.map((network) => `--add-source=${network}`).join(' ')}`] : []),
    'firewall-cmd --reload',
  ].join(' && ');

const ufwCommand = ({ ports, networks, vrrp }: Openings): string =>
  [
    ...ports.map((port) => `ufw allow ${port.replace('-', ':')}`),
    ...networks.flatMap((network) => [`ufw allow from ${network}`, `ufw route allow from ${network}`]),
    // Its command knows no VRRP.
    ...(vrrp ? ["sed -i '/^# don.t delete the .COMMIT. line/i -A ufw-before-input -p 112 -j ACCEPT' /etc/ufw/before.rules", 'ufw reload'] : []),
  ].join('; ');

function inTheWay(name: string, host: HostSpec, { spec }: Grounds, command: (openings: Openings) => string): Verdict {
  const { cni, networking } = spec.file;
  const overlay = cni === 'flannel' ? ['8472/udp'] : cni === 'cilium' ? ['8472/udp', '4240/tcp'] : ['4789/udp', '179/tcp'];
  const isNode = !spec.etcd.includes(host);
  const ports = [...portsForOthers(host, spec).map((port) => `${port}/tcp`), ...(isNode ? ['30000-32767/tcp', ...overlay] : [])];
  const networks = isNode ? [networking.podCIDR, networking.serviceCIDR] : [];
  const vrrp = spec.virtual !== undefined && host.roles.includes('control-plane');
  const needed = [ports.join(', '), ...(vrrp ? ['VRRP (IP protocol 112)'] : []), ...(networks.length ? [`all of ${networks.join(' and ')}`] : [])];
  return yellow(`${name} is on; others must get through to ${needed.join(', and ')}`, command({ ports, networks, vrrp }));
}
