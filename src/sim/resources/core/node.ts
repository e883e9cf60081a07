// Node. Models kubernetes/pkg/registry/core/node/strategy.go
import type { Node } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { warningsForCidr } from '../validation/ip.ts';
import { validateNode, validateNodeUpdate } from './validation/node.ts';

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

function warnings({ spec }: Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((each, i) => warningsForCidr(`spec.podCIDRs[${i}]`, each)),
  ];
}

export const nodes = defineKind<Node>('v1', 'nodes', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'node-lifecycle-controller',
  statusOnCreate: true,
  defaults(draft) {
    const { spec } = draft;
    // The one address range and the list of them are one thing to upstream.
    if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
    else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
    if (!draft.status.allocatable && draft.status.capacity) draft.status.allocatable = { ...draft.status.capacity };
    for (const taint of draft.spec.taints ?? []) if (taint.timeAdded === null) delete taint.timeAdded;
  },
  prepareForCreate(draft) {
    delete draft.spec.configSource;
    delete draft.status.config;
    delete draft.status.declaredFeatures;
  },
  prepareForUpdate(draft, old) {
    if (!old.spec.configSource) delete draft.spec.configSource;
  },
  validate: validateNode,
  validateUpdate: (next, old) => [...validateNode(next), ...validateNodeUpdate(next, old)],
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  subresources: {
    status: {
      prepareForUpdate(draft, old) {
        if (!old.status.config) delete draft.status.config;
      },
      validateUpdate: validateNodeUpdate,
    },
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
