// How the pods of a controller are doing.
import { pods } from '../../kube/api/resources.ts';
import type { LabelSelector } from '../../kube/api/meta-v1.ts';
import { controllerOf, type KubeObject } from '../../kube/machinery/object.ts';
import type { DescribeMeans } from './describer.ts';
import { selectorText } from './metadata.ts';

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`, of those that it controls itself. Rejects when they cannot be listed. */
export async function podCounts({ metadata }: KubeObject, selector: LabelSelector | undefined, means: DescribeMeans): Promise<string> {
  const found = await means.list(pods, metadata.namespace ?? '', { labelSelector: selectorText(selector) });
  const phases = found.filter((pod) => controllerOf(pod)?.uid === metadata.uid).map(({ status }) => status?.phase);
  const count = (wanted: string): number => phases.filter((phase) => phase === wanted).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}
