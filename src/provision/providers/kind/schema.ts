// What a cluster.yaml for kind may say.
import * as z from 'zod/mini';
import type { Problem } from '../../../platform/checked-yaml.ts';
import { isIP, overlap, parseNetwork } from '../../cluster-file/addresses.ts';
import { clusterName, kubernetesVersion, oneOf, patches, port, text } from '../../cluster-file/schema.ts';
import { resolveVersion, whyNotSupported } from '../../cluster-file/versions.ts';

const portMapping = z.strictObject({
  /** On the first control plane: the node port of a Service, or a host port of a pod there. */
  containerPort: port,
  hostPort: port,
  /** Left out: only this machine itself. */
  listenAddress: z._default(text, '127.0.0.1'),
  protocol: z._default(oneOf(['TCP', 'UDP', 'SCTP']), 'TCP'),
});

export const kindSchema = z.strictObject({
  name: clusterName,
  kubernetesVersion,
  provider: z.literal('kind'),
  controlPlanes: z._default(z.int().check(z.minimum(1, 'must be at least 1'), z.maximum(9, 'must be at most 9')), 1),
  workers: z._default(z.int().check(z.minimum(0, 'must be at least 0'), z.maximum(100, 'must be at most 100')), 0),
  portMappings: z._default(z.array(portMapping), []),
  /** A node image of your own or with its digest. Left out: kindest/node of the version. */
  image: z.optional(text),
  networking: z.prefault(
    z.strictObject({
      ipFamily: z._default(oneOf(['ipv4', 'ipv6', 'dual']), 'ipv4'),
      /** Left out: as kind has it. */
      podCIDR: z.optional(text),
      serviceCIDR: z.optional(text),
      apiServerAddress: z.optional(text),
      apiServerPort: z.optional(port),
      /** For a network plugin of your own; nodes are Ready only once you have installed it. */
      disableDefaultCNI: z._default(z.boolean(), false),
      kubeProxyMode: z._default(oneOf(['iptables', 'ipvs', 'nftables', 'none']), 'iptables'),
    }),
    {},
  ),
  /** Fields that are merged over what kind writes, in the words of each program's own configuration. */
  patches,
});
export type KindFile = Readonly<z.infer<typeof kindSchema>>;

export function kindRelations(file: KindFile): readonly Problem[] {
  return [...ofSize(file), ...ofPorts(file), ...ofNetworks(file)];
}

function ofSize({ kubernetesVersion: version, controlPlanes }: KindFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (!resolveVersion(version)) problems.push({ path: ['kubernetesVersion'], message: whyNotSupported(version) });
  if (controlPlanes % 2 === 0)
    problems.push({
      path: ['controlPlanes'],
      message: `are ${controlPlanes}: an even number of etcd members survives no more failures than ${controlPlanes - 1}; take one away or add one`,
    });
  return problems;
}

const ANYWHERE = ['0.0.0.0', '::'];

function ofPorts({ portMappings, networking }: KindFile): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [i, mapping] of portMappings.entries()) {
    const { hostPort, protocol, listenAddress } = mapping;
    if (!isIP(listenAddress)) problems.push({ path: ['portMappings', i, 'listenAddress'], message: 'must be an IP address of this machine, or 0.0.0.0' });
    const before = portMappings
      .slice(0, i)
      .findIndex(
        (each) =>
          each.hostPort === hostPort &&
          each.protocol === protocol &&
          (each.listenAddress === listenAddress || ANYWHERE.includes(each.listenAddress) || ANYWHERE.includes(listenAddress)),
      );
    if (before >= 0) problems.push({ path: ['portMappings', i, 'hostPort'], message: `is taken by portMappings[${before}] already: ${hostPort} ${protocol}` });
    if (hostPort === networking.apiServerPort && protocol === 'TCP')
      problems.push({ path: ['portMappings', i, 'hostPort'], message: `is the apiServerPort too: ${hostPort}` });
  }
  return problems;
}

function ofNetworks({ networking }: KindFile): readonly Problem[] {
  const { ipFamily, podCIDR, serviceCIDR, apiServerAddress } = networking;
  const problems: Problem[] = [];
  const networks = (
    [
      ['podCIDR', podCIDR],
      ['serviceCIDR', serviceCIDR],
    ] as const
  ).map(([name, written]) => {
    const path = ['networking', name];
    const parts = written === undefined ? [] : written.split(',').map(parseNetwork);
    const families = parts.map((part) => part?.family);
    if (families.includes(undefined))
      problems.push({
        path,
        message:
          ipFamily === 'dual'
            ? 'must be one network of each family, with a comma between: 10.244.0.0/16,fd00:10:244::/56'
            : 'must be a network such as 10.244.0.0/16',
      });
    else if (written !== undefined && ipFamily === 'dual') {
      if (parts.length !== 2 || families[0] === families[1]) problems.push({ path, message: 'must be one network of each family where ipFamily is dual' });
    } else if (parts.length > 1 || families.some((family) => family !== ipFamily))
      problems.push({ path, message: `must be one network of the family ${ipFamily}` });
    return parts.filter((part) => part !== undefined);
  });
  const [pods = [], services = []] = networks;
  if (pods.some((a) => services.some((b) => overlap(a, b)))) problems.push({ path: ['networking', 'serviceCIDR'], message: `overlaps podCIDR ${podCIDR}` });
  if (apiServerAddress !== undefined && !isIP(apiServerAddress))
    problems.push({ path: ['networking', 'apiServerAddress'], message: 'must be an IP address of this machine' });
  return problems;
}
