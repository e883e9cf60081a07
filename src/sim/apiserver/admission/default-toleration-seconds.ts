// Pods stay five minutes on a node that is not ready or unreachable, unless they say otherwise. Models kubernetes/plugin/pkg/admission/defaulttolerationseconds
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionPlugin } from './plugin.ts';

const TOLERATION_SECONDS = 300;

export const defaultTolerationSeconds = (): AdmissionPlugin => ({
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  admit({ object }) {
    const { spec } = object as unknown as Mutable<Pod>;
    for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
      const tolerated = spec.tolerations?.some((each) => (each.key === key || !each.key) && (each.effect === 'NoExecute' || !each.effect));
      if (!tolerated) spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }];
    }
  },
});
