// Whether a node is one that a pod asks for: nodeSelector, required and preferred node affinity.
// Models kubernetes/staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
import type { Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod, PreferredSchedulingTerm } from '../api/core-v1.ts';
import { matchesRequirement, type Labels, type Operator } from './selectors.ts';

const OPERATORS: Readonly<Record<NodeSelectorRequirement['operator'], Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};
const NONE: Labels = {};

type NodeLike = Pick<Node, 'metadata'>;

const labelsMeet = ({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean =>
  matchesRequirement({ key, operator: OPERATORS[operator], values }, labels);
const fieldsMeet = ({ key, operator, values = [] }: NodeSelectorRequirement, node: NodeLike): boolean => {
  if (key !== 'metadata.name') return false;
  const included = values.includes(node.metadata.name ?? '');
  return operator === 'In' ? included : operator === 'NotIn' ? !included : false;
};

/** A term without requirements matches nothing. */
export function matchesNodeSelectorTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: NodeLike): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? NONE;
  return matchExpressions.every((each) => labelsMeet(each, labels)) && matchFields.every((each) => fieldsMeet(each, node));
}

export const matchesNodeSelector = (selector: NodeSelector, node: NodeLike): boolean =>
  selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));

/** nodeSelector and required node affinity together. */
export function matchesRequiredNodeAffinity(pod: Pick<Pod, 'spec'>, node: NodeLike): boolean {
  const { nodeSelector, affinity } = pod.spec;
  if (nodeSelector) {
    const labels = node.metadata.labels ?? NONE;
    for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  }
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** The sum of the weights of the terms that the node meets; an empty preference prefers nothing. */
export function nodePreference(terms: readonly PreferredSchedulingTerm[], node: NodeLike): number {
  let sum = 0;
  for (const { weight, preference } of terms) if (matchesNodeSelectorTerm(preference, node)) sum += weight;
  return sum;
}
