// What a cluster.yaml for minikube may say.
import * as z from 'zod/mini';
import type { Problem } from '../../../platform/checked-yaml.ts';
import { clusterName, kubernetesVersion, oneOf, text } from '../../cluster-file/schema.ts';
import { resolveVersion, whyNotSupported } from '../../cluster-file/versions.ts';

/** `kvm` is what older notes call kvm2; minikube understands both. */
export const MINIKUBE_DRIVERS = [
  'docker',
  'kvm2',
  'kvm',
  'podman',
  'vmware',
  'virtualbox',
  'qemu',
  'hyperkit',
  'parallels',
  'hyperv',
  'vfkit',
  'none',
] as const;
export const MINIKUBE_RUNTIMES = ['containerd', 'cri-o', 'docker'] as const;
export const MINIKUBE_CNIS = ['auto', 'bridge', 'calico', 'cilium', 'flannel', 'kindnet'] as const;

const size = z.string().check(z.regex(/^[1-9]\d*(\.\d+)?(b|k|kb|m|mb|g|gb)?$/i, 'is a size such as 4g or 4096m'));
const memory = z
  .string()
  .check(z.regex(/^(max|no-limit|[1-9]\d*(\.\d+)?(b|k|kb|m|mb|g|gb)?)$/i, 'is a size such as 4g or 4096m, or max, or no-limit (docker and podman)'));

export const minikubeSchema = z.strictObject({
  name: clusterName,
  kubernetesVersion,
  provider: z.literal('minikube'),
  /** One control plane, the others workers. */
  nodes: z._default(z.int().check(z.minimum(1, 'must be at least 1'), z.maximum(100, 'must be at most 100')), 1),
  /** Of each node. */
  cpus: z._default(z.int().check(z.minimum(2, 'must be at least 2: Kubernetes asks for two')), 2),
  /** Of each node. Left out: as minikube sees fit. */
  memory: z.optional(memory),
  disk: z._default(size, '20g'),
  /** Left out: the first that is installed here, in the order of the README. */
  driver: z.optional(oneOf(MINIKUBE_DRIVERS)),
  runtime: z._default(oneOf(MINIKUBE_RUNTIMES), 'containerd'),
  cni: z._default(oneOf(MINIKUBE_CNIS), 'auto'),
  /** What minikube calls the cluster. Left out: its name. */
  profile: z.optional(
    z
      .string()
      .check(
        z.regex(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/, 'is letters, digits and dashes, with no dash at either end'),
        z.minLength(2, 'has at least 2 characters'),
      ),
  ),
  /** As `minikube addons list` calls them: metrics-server, ingress … */
  addons: z._default(z.array(text), []),
});
export type MinikubeFile = Readonly<z.infer<typeof minikubeSchema>>;

export const profileOf = ({ profile, name }: MinikubeFile): string => profile ?? name;

export function minikubeRelations(file: MinikubeFile): readonly Problem[] {
  const { kubernetesVersion: version, driver, nodes, cni } = file;
  const problems: Problem[] = [];
  if (!resolveVersion(version)) problems.push({ path: ['kubernetesVersion'], message: whyNotSupported(version) });
  if (profileOf(file).length < 2) problems.push({ path: ['name'], message: 'has one character: minikube wants two, or give profile' });
  if (driver === 'none' && nodes > 1) problems.push({ path: ['nodes'], message: 'must be 1 with the driver none: this machine is one node' });
  if (driver === 'none' && profileOf(file) !== 'minikube')
    problems.push({
      path: [file.profile === undefined ? 'driver' : 'profile'],
      message: 'none knows only one cluster on this machine: give profile: minikube',
    });
  if (cni === 'bridge' && nodes > 1) problems.push({ path: ['cni'], message: 'bridge joins no nodes: with more than one, choose another, such as calico' });
  if (file.memory === 'no-limit' && driver !== undefined && driver !== 'docker' && driver !== 'podman')
    problems.push({ path: ['memory'], message: `no-limit is for docker and podman, not ${driver}` });
  return problems;
}
