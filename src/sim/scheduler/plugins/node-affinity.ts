// nodeSelector and node affinity, required and preferred. Models kubernetes/pkg/scheduler/framework/plugins/nodeaffinity
import type { NodeSelectorTerm } from '../../../kube/api/core-v1.ts';
import { matchesRequiredNodeAffinity, nodePreference } from '../../../kube/machinery/node-affinity.ts';
import { normalizeByLargest, unresolvable, type Plugin } from '../framework.ts';

/** The node names that a term allows by its fields; undefined when it names none. */
function namedNodes({ matchFields = [] }: NodeSelectorTerm): ReadonlySet<string> | undefined {
  let names: ReadonlySet<string> | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = new Set(names ? values.filter((value) => names?.has(value)) : values);
  }
  return names;
}

export const nodeAffinity = (): Plugin => ({
  name: 'NodeAffinity',
  preFilter(_state, { pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!required) return pod.spec.nodeSelector ? undefined : 'skip';
    const names = new Set<string>();
    for (const term of required.nodeSelectorTerms) {
      const named = namedNodes(term);
      if (!named) return undefined;
      for (const name of named) names.add(name);
    }
    if (required.nodeSelectorTerms.length === 0) return undefined;
    return names.size ? { onlyNodes: names } : unresolvable('pod affinity terms conflict');
  },
  filter: (_state, { pod }, { node }) =>
    matchesRequiredNodeAffinity(pod, node) ? undefined : unresolvable("node(s) didn't match Pod's node affinity/selector"),
  preScore: (_state, { pod }) => (pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ? undefined : 'skip'),
  score: (_state, { pod }, { node }) => nodePreference(pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [], node),
  normalize: (_state, _pod, scores) => normalizeByLargest(scores, false),
  helps(event, { pod }) {
    if (event.kind !== 'node' || !event.node || !matchesRequiredNodeAffinity(pod, event.node)) return false;
    return event.old === undefined || !matchesRequiredNodeAffinity(pod, event.old);
  },
});
