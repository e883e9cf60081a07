// Do the hosts get through to each other on the ports that the cluster uses.
import { answers } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red } from '../check.ts';
import { connectionsFrom } from '../needed-ports.ts';

const BLOCKED: Readonly<Record<string, string>> = { silent: 'no answer', unreachable: 'no way there' };

export const reachability: Check = {
  name: 'reachability',
  look(host, { probe, survey, failure, spec }) {
    const states = new Map(
      answers(probe(host), 'reach').map((line) => {
        const [address = '', port = '', state = ''] = line.split(' ');
        return [`${address} ${port}`, state] as const;
      }),
    );
    // One that did not even answer us is told of in its own column.
    const needed = connectionsFrom(host, spec).filter(({ to }) => !failure(to) && survey(to).size > 0);
    if (!needed.length) return green('needs no other');
    const found = needed.map(({ to, port }) => ({ to, port, state: states.get(`${to.nodeIP} ${port}`) ?? 'unknown' }));
    const blocked = found.filter(({ state }) => state in BLOCKED);
    if (blocked.length) {
      const told = blocked.map(({ to, port, state }) => `${to.name} ${to.nodeIP}:${port} (${BLOCKED[state]})`);
      return red(
        `does not get through to ${told.join(', ')}`,
        `open the ports in the firewall of ${[...new Set(blocked.map(({ to }) => to.name))].join(', ')}, or mend the route`,
      );
    }
    const unknown = found.filter(({ state }) => state === 'unknown');
    return unknown.length ? cannotTell(`whether it gets through to ${[...new Set(unknown.map(({ to }) => to.name))].join(', ')}`) : green('gets through');
  },
};
