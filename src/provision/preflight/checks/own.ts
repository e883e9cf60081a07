// What of a host belongs to this very cluster: a run that is repeated must not stumble over its own work.
import type { ClusterSpec } from '../../cluster-file/cluster-spec.ts';
import { answer, type Survey } from '../../survey/survey.ts';

export const isOurs = (facts: Survey, { name }: ClusterSpec): boolean => answer(facts, 'owner') === name;

/** Links that a pod network or kube-proxy makes. */
export const OF_POD_NETWORK = /^(cni0|flannel\.|flannel-v6|cali|tunl0|vxlan\.calico|cilium_|lxc|kube-ipvs0|veth)/;
