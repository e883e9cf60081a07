// What only a host can tell and the phases need: gathered where the host can be asked, taken for granted in a plan that asks none.
import { isIPv6 } from 'node:net';
import type { HostSpec } from '../cluster-file/cluster-spec.ts';
import { type Place, placeOf } from './distribution.ts';
import { answer, answers, interfaceOf, type Survey } from './survey.ts';

export interface HostFacts extends Place {
  /** The network interface that has the node's address. */
  readonly interface: string;
  /** Length of that address's network prefix. */
  readonly prefix: number;
  readonly cgroup: 'v1' | 'v2';
  /** Of apt, that the host names in files which ckadet does not write: `https://download.docker.com/linux/debian/ bookworm`. */
  readonly repositories: readonly string[];
}

/** Of a host that was not asked. */
export const assumed = ({ nodeIP }: HostSpec): HostFacts => ({
  distribution: 'debian',
  family: 'debian',
  codename: 'bookworm',
  architecture: 'amd64',
  interface: 'eth0',
  prefix: isIPv6(nodeIP) ? 64 : 24,
  cgroup: 'v2',
  repositories: [],
});

/** What create writes; an owner's file of that name is put aside. */
const OF_CKADET = /^\/etc\/apt\/sources\.list\.d\/(kubernetes|cri-o|docker)\.list$/;

/** Undefined where something that the phases need was not told. */
export function factsOf(survey: Survey, host: HostSpec): HostFacts | undefined {
  const place = placeOf(survey);
  const net = interfaceOf(survey, host.nodeIP);
  if (!place || !net) return undefined;
  const repositories = answers(survey, 'repository').flatMap((line) => {
    const [, repository = '', file = ''] = /^(\S+ \S*) (\S+?)(?::\d+)?$/.exec(line) ?? [];
    return repository === '' || OF_CKADET.test(file) ? [] : [repository];
  });
  return { ...place, ...net, cgroup: answer(survey, 'cgroup') === 'cgroup2fs' ? 'v2' : 'v1', repositories };
}
