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
    if (answers(facts, 'firewall').includes('firewalld')) return inTheWay('firewalld', host, grounds, (port) => `--add-port=${port}`, firewalldCommand);
    if (answers(facts, 'firewall-active').includes('ufw'))
      return inTheWay(
        'ufw',
        host,
        grounds,
        (port) => `ufw allow ${port}`,
        (rules) => rules.join('; '),
      );
    return answer(facts, 'end') === undefined ? cannotTell('whether a firewall is on') : green('none that is known is on');
  },
};

const firewalldCommand = (rules: readonly string[], vrrp: boolean): string =>
  `firewall-cmd --permanent ${[...rules, ...(vrrp ? ['--add-protocol=vrrp'] : [])].join(' ')} && firewall-cmd --reload`;

function inTheWay(
  name: string,
  host: HostSpec,
  { spec }: Grounds,
  rule: (port: string) => string,
  command: (rules: readonly string[], vrrp: boolean) => string,
): Verdict {
  const overlay = spec.file.cni === 'flannel' ? ['8472/udp'] : spec.file.cni === 'cilium' ? ['8472/udp', '4240/tcp'] : ['4789/udp', '179/tcp'];
  const isNode = !spec.etcd.includes(host);
  const needed = [...portsForOthers(host, spec).map((port) => `${port}/tcp`), ...(isNode ? ['30000-32767/tcp', ...overlay] : [])];
  const vrrp = spec.virtual !== undefined && host.roles.includes('control-plane');
  const shown = name === 'ufw' ? needed.map((port) => port.replace('-', ':')) : needed;
  return yellow(`${name} is on; others must get through to ${needed.join(', ')}${vrrp ? ' and VRRP (IP protocol 112)' : ''}`, command(shown.map(rule), vrrp));
}
