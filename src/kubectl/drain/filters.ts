// Which pods of a node go, which stay, and which keep the node from being drained. Models kubernetes/staging/src/k8s.io/kubectl/pkg/drain/filters.go
import type { Pod } from '../../kube/api/core-v1.ts';
import { daemonSets } from '../../kube/api/resources.ts';
import { controllerOf } from '../../kube/machinery/object.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { parseTime } from '../../kube/machinery/time.ts';
import { messageOf } from '../../errors/app-error.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';

export interface DrainRules {
  readonly force: boolean;
  readonly ignoresDaemonSets: boolean;
  readonly deletesLocalData: boolean;
  /** Pods that have been ending for longer than so many seconds are not waited for; 0 waits for all. */
  readonly skipSeconds: number;
}

interface Verdict {
  readonly goes: boolean;
  readonly warning?: string;
  readonly error?: string;
}
const GOES: Verdict = { goes: true };
const STAYS: Verdict = { goes: false };
type Filter = (pod: Pod, rules: DrainRules, kubectl: Kubectl) => Verdict | Promise<Verdict>;

const isEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** It has been ending for longer than one wants to wait. */
export const isSkipped = ({ metadata: { deletionTimestamp } }: Pod, skipSeconds: number, now: number): boolean =>
  skipSeconds > 0 && Boolean(deletionTimestamp) && Math.trunc((now - parseTime(deletionTimestamp)) / 1000) > skipSeconds;

async function ofDaemonSet(pod: Pod, { force, ignoresDaemonSets }: DrainRules, kubectl: Kubectl): Promise<Verdict> {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || owner.apiVersion !== 'apps/v1' || isEnded(pod)) return GOES;
  try {
    await (await kubectl.client(daemonSets)).get({ namespace: pod.metadata.namespace ?? '', name: owner.name });
  } catch (error) {
    // Its daemon set is gone: nobody will bring it back.
    return isNotFound(error) && force ? { goes: true, warning: messageOf(error) } : { goes: false, error: messageOf(error) };
  }
  return ignoresDaemonSets
    ? { goes: false, warning: 'ignoring DaemonSet-managed Pods' }
    : { goes: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
}

function ofLocalData(pod: Pod, { deletesLocalData }: DrainRules): Verdict {
  if (isEnded(pod) || !pod.spec.volumes?.some(({ emptyDir }) => emptyDir)) return GOES;
  return deletesLocalData
    ? { goes: true, warning: 'deleting Pods with local storage' }
    : { goes: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
}

function ofUnmanaged(pod: Pod, { force }: DrainRules): Verdict {
  if (isEnded(pod) || controllerOf(pod)) return GOES;
  return force
    ? { goes: true, warning: 'deleting Pods that declare no controller' }
    : { goes: false, error: 'cannot delete Pods that declare no controller (use --force to override)' };
}

/** In this order. The first that keeps a pod decides; of those that let it go, the last has the word. */
const FILTERS: readonly Filter[] = [
  (pod, { skipSeconds }, { ports }) => (isSkipped(pod, skipSeconds, ports.clock.now()) ? STAYS : GOES),
  ofDaemonSet,
  ({ metadata: { annotations } }) => (annotations?.['kubernetes.io/config.mirror'] === undefined ? GOES : STAYS),
  ofLocalData,
  ofUnmanaged,
];

export interface Sorted {
  readonly going: readonly Pod[];
  /** Without "Warning:"; empty for none. */
  readonly warning: string;
  readonly errors: readonly CommandError[];
}

export async function sortPods(pods: readonly Pod[], rules: DrainRules, kubectl: Kubectl): Promise<Sorted> {
  const going: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const errors = new Map<string, string[]>();
  for (const pod of pods) {
    let verdict = GOES;
    for (const filter of FILTERS) {
      verdict = await filter(pod, rules, kubectl);
      if (!verdict.goes) break;
    }
    const named = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`;
    if (verdict.goes) going.push(pod);
    if (verdict.warning !== undefined) warnings.set(verdict.warning, [...(warnings.get(verdict.warning) ?? []), named]);
    if (verdict.error !== undefined) errors.set(verdict.error, [...(errors.get(verdict.error) ?? []), named]);
  }
  return {
    going,
    warning: [...warnings].map(([why, names]) => `${why}: ${names.join(', ')}`).join('; '),
    errors: [...errors].map(([why, names]) => new CommandError(`cannot delete ${why}: ${names.join(', ')}`)),
  };
}
