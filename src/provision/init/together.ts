// Does what was said so far make a cluster: held against the rules of the cluster file, with what is not said yet filled in so that it fits. Pure.
import { AppError } from '../../errors/app-error.ts';
import type { Topology } from '../cluster-file/schema.ts';
import { parseAny } from '../load.ts';
import type { Said } from './field.ts';
import { hasIPv6, INIT_FIELDS, withoutAddress } from './fields.ts';
import { renderClusterFile } from './render.ts';

/** The fewest machines of a topology, as they are typed. */
interface Fewest {
  readonly planes: number;
  readonly etcd: number;
}
const FEWEST: Readonly<Record<Topology, Fewest>> = {
  'all-in-one': { planes: 1, etcd: 0 },
  single: { planes: 1, etcd: 0 },
  'single-external-etcd': { planes: 1, etcd: 1 },
  'ha-stacked': { planes: 3, etcd: 0 },
  'ha-external-etcd': { planes: 2, etcd: 3 },
};
const isTopology = (text: string): text is Topology => text in FEWEST;

/** Where pretended machines are. */
export interface Places {
  readonly prefix: string;
  /** Of the n-th machine, counted from 1. */
  address(n: number): string;
  readonly endpoint: string;
}

/** Options that make the smallest cluster of a topology, with one worker. */
export function smallest(topology: string, { prefix, address, endpoint }: Places): Said {
  const { planes, etcd } = FEWEST[isTopology(topology) ? topology : 'single'];
  const machines = (from: number, count: number): string => Array.from({ length: count }, (_, i) => `${prefix}${from + i}=${address(from + i)}`).join(',');
  return {
    'control-plane': machines(1, planes),
    ...(etcd ? { etcd: machines(planes + 1, etcd) } : {}),
    ...(topology === 'all-in-one' ? {} : { worker: machines(planes + etcd + 1, 1) }),
    ...(topology.startsWith('ha-') ? { endpoint } : {}),
  };
}

// Addresses that are nobody's (RFC 2544, RFC 3849, RFC 5737).
const NOWHERE: Places = { prefix: 'ckadet-', address: (n) => `203.0.113.${n}`, endpoint: '203.0.113.100:8443' };
const NOWHERE_V6: Places = { prefix: 'ckadet-', address: (n) => `2001:db8::${n}`, endpoint: '[2001:db8::100]:8443' };
const NETWORKS: Said = { 'pod-cidr': '198.18.0.0/16', 'service-cidr': '198.19.0.0/16' };
const NETWORKS_V6: Said = { 'pod-cidr': '2001:db8:1::/56', 'service-cidr': '2001:db8:2::/112' };

/** What is wrong with it as a whole; undefined when nothing. Without a topology nothing can be told. */
export function whyNotTogether(said: Said, name = 'trial'): string | undefined {
  const { provider = '', topology = '' } = said;
  const isKubeadm = provider === 'kubeadm';
  if (isKubeadm && !isTopology(topology)) return undefined;
  const presets = Object.fromEntries(
    INIT_FIELDS.filter(({ providers }) => providers?.includes(provider) ?? true).flatMap(({ option, preset }) => {
      const usual = preset?.(said);
      return usual === undefined ? [] : [[option, usual]];
    }),
  );
  const [places, networks] = hasIPv6(said) ? [NOWHERE_V6, NETWORKS_V6] : [NOWHERE, NETWORKS];
  const nodeIps = withoutAddress(said).map(({ name }, i) => `${name}=${places.address(200 + i)}`);
  const filled = isKubeadm ? { ...smallest(topology, places), worker: '', 'node-ip': nodeIps.join(','), ...networks } : {};
  try {
    parseAny(renderClusterFile(name, { ...presets, ...filled, ...said }), 'trial');
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CLUSTER_FILE_INVALID') throw error;
    return (error.why ?? error.what).replaceAll(/^line \d+: /gm, '').split('\n')[0];
  }
}
