// Labels of nodes that are deprecated, where objects select by them. Models kubernetes/pkg/api/node/util.go
import type { NodeSelectorTerm } from '../../../../kube/api/core-v1.ts';
import { validateLabelValue } from '../../../../kube/machinery/names.ts';

const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

export const deprecatedLabel = (name: string): string | undefined => (Object.hasOwn(DEPRECATED, name) ? DEPRECATED[name] : undefined);

export function warningsForNodeSelectorTerm({ matchExpressions = [] }: NodeSelectorTerm, checkValues: boolean, field: string): string[] {
  return matchExpressions.flatMap(({ key, values = [] }, i) => {
    const at = `${field}.matchExpressions[${i}]`;
    const message = deprecatedLabel(key);
    return [
      ...(message ? [`${at}.key: ${key} is ${message}`] : []),
      ...(checkValues ? values.flatMap((value, j) => validateLabelValue(value).map((each) => `${at}.values[${j}]: ${value} is invalid, ${each}`)) : []),
    ];
  });
}
