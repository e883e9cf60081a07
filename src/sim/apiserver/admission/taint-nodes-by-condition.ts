// A node starts with the not-ready taint; the node controller takes it off. Models kubernetes/plugin/pkg/admission/nodetaint
import type { Node } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionPlugin } from './plugin.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

export const taintNodesByCondition = (): AdmissionPlugin => ({
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  resources: ['nodes'],
  admit({ object }) {
    const { spec } = object as unknown as Mutable<Node>;
    if (!spec.taints?.some((each) => each.key === NOT_READY.key && each.effect === NOT_READY.effect)) spec.taints = [...(spec.taints ?? []), { ...NOT_READY }];
  },
});
