// The configuration file of kind (kind.x-k8s.io/v1alpha4). Pure.
import { stringify } from 'yaml';
import type { KindFile } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

const isEmpty = (value: Json): boolean => Object.keys(value).length === 0;
const only = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export function kindConfig(file: KindFile): string {
  const { name, controlPlanes, workers, portMappings, networking } = file;
  const patches = kubeadmPatches(file);
  const document = {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name,
    networking: only({
      ipFamily: networking.ipFamily,
      apiServerAddress: networking.apiServerAddress,
      apiServerPort: networking.apiServerPort,
      podSubnet: networking.podCIDR,
      serviceSubnet: networking.serviceCIDR,
      ...(networking.disableDefaultCNI ? { disableDefaultCNI: true } : {}),
      kubeProxyMode: networking.kubeProxyMode,
    }),
    ...(patches.length ? { kubeadmConfigPatches: patches } : {}),
    ...(file.patches.containerd ? { containerdConfigPatches: [file.patches.containerd] } : {}),
    nodes: [
      ...Array.from({ length: controlPlanes }, (_, i) => ({
        role: 'control-plane',
        ...(i === 0 && portMappings.length ? { extraPortMappings: portMappings } : {}),
      })),
      ...Array.from({ length: workers }, () => ({ role: 'worker' })),
    ],
  };
  return `# Written by ckadet for the cluster ${name}; read by: kind create cluster --config\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** Kind merges each into the document of that kind, whatever its version. */
function kubeadmPatches({ patches }: KindFile): readonly string[] {
  const documents: Readonly<Record<string, Json>> = {
    ...patches.kubeadm,
    KubeletConfiguration: patches.kubelet,
    KubeProxyConfiguration: patches.kubeProxy,
  };
  return Object.entries(documents).flatMap(([kind, fields]) => (isEmpty(fields) ? [] : [stringify({ kind, ...fields }, { lineWidth: 0 })]));
}
