// Small plugins: what a new node and what every pod starts with.
// Models kubernetes/plugin/pkg/admission/nodetaint and defaulttolerationseconds
import type { Node, Pod } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionPlugin } from '../context.ts';

const TOLERATION_SECONDS = 300;

/** A node starts with the not-ready taint; the node controller takes it off. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate({ operation, call, object }) {
    if (operation !== 'CREATE' || call.resource.shelf !== 'nodes' || !object) return;
    const { spec } = object as unknown as Mutable<Node>;
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;
    if (!spec.taints?.some((each) => each.key === taint.key && each.effect === taint.effect)) spec.taints = [...(spec.taints ?? []), taint];
  },
};

/** Pods stay five minutes on a node that is not ready or unreachable, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate({ operation, call, object }) {
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || call.resource.shelf !== 'pods' || call.subresource || !object) return;
    const { spec } = object as unknown as Mutable<Pod>;
    for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
      const tolerated = spec.tolerations?.some((each) => (each.key === key || !each.key) && (each.effect === 'NoExecute' || !each.effect));
      if (!tolerated) spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }];
    }
  },
};
