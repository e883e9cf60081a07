// Node. Models kubernetes/pkg/registry/core/node/strategy.go
import type { Node, Taint } from '../../../kube/api/core-v1.ts';
import { duplicateValue, forbiddenValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateLabelKey, validateLabelValue } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function roles(node: Node): string {
  const found = new Set<string>();
  for (const [label, value] of Object.entries(node.metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) found.add(label.slice(ROLE_PREFIX.length));
    else if (label === 'kubernetes.io/role' && value) found.add(value);
  }
  return [...found].sort().join(',') || '<none>';
}

const address = (node: Node, type: string): string => node.status.addresses?.find((each) => each.type === type)?.address ?? '<none>';

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
export function validateTaints(taints: readonly Taint[] = [], field = 'metadata.taints'): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = `${field}[${i}]`;
    errors.push(
      ...invalidValues(`${at}.key`, taint.key, validateLabelKey(taint.key)),
      ...invalidValues(`${at}.value`, taint.value ?? '', validateLabelValue(taint.value ?? '')),
    );
    if (!taint.effect) errors.push(requiredValue(`${at}.effect`));
    else if (!TAINT_EFFECTS.includes(taint.effect)) errors.push(notSupported(`${at}.effect`, taint.effect, TAINT_EFFECTS));
    const unique = `${taint.key}:${taint.effect}`;
    if (seen.has(unique))
      errors.push({ ...duplicateValue(at, taint), detail: `${duplicateValue(at, taint).detail}: taints must be unique by key and effect pair` });
    seen.add(unique);
  }
  return errors;
}

export const nodes = defineKind<Node>('v1', 'nodes', {
  controller: 'node-lifecycle-controller',
  statusOnCreate: true,
  defaults(draft) {
    if (!draft.status.allocatable && draft.status.capacity) draft.status.allocatable = { ...draft.status.capacity };
    for (const taint of draft.spec.taints ?? []) if (taint.timeAdded === null) delete taint.timeAdded;
  },
  validate: ({ spec }) => validateTaints(spec.taints),
  validateUpdate(next, old) {
    const errors = validateTaints(next.spec.taints);
    if (old.spec.providerID && next.spec.providerID !== old.spec.providerID)
      errors.push(forbiddenValue('spec.providerID', 'node updates may not change providerID except from "" to valid'));
    if (old.spec.podCIDRs?.length && JSON.stringify(next.spec.podCIDRs) !== JSON.stringify(old.spec.podCIDRs))
      errors.push(forbiddenValue('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
    return errors;
  },
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  row(node, { now }) {
    const ready = node.status.conditions?.find((each) => each.type === 'Ready');
    const status = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
    if (node.spec.unschedulable) status.push('SchedulingDisabled');
    const info = node.status.nodeInfo;
    return [
      node.metadata.name ?? '',
      status.join(','),
      roles(node),
      age(node, now),
      info?.kubeletVersion ?? '',
      address(node, 'InternalIP'),
      address(node, 'ExternalIP'),
      info?.osImage || '<unknown>',
      info?.kernelVersion || '<unknown>',
      info?.containerRuntimeVersion || '<unknown>',
    ];
  },
});
