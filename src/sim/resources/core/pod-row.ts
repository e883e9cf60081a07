// The row of `kubectl get pods`. Models kubernetes/pkg/printers/internalversion/printers.go (printPod)
import type { Container, ContainerStatus, Pod } from '../../../kube/api/core-v1.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { humanDuration } from '../../../kube/machinery/human-duration.ts';
import { age } from '../cells.ts';
import type { Cell, RowContext } from '../descriptor.ts';

const isRestartable = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';
const conditionIs = (pod: Pod, type: string): boolean => pod.status.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;

interface Tally {
  restarts: number;
  ready: number;
  lastRestart: number;
}

function count(tally: Tally, status: ContainerStatus): void {
  tally.restarts += status.restartCount;
  const finished = parseTime(status.lastState?.terminated?.finishedAt);
  if (finished > tally.lastRestart) tally.lastRestart = finished;
}

function terminatedReason({ reason, signal, exitCode }: { readonly reason?: string; readonly signal?: number; readonly exitCode: number }): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

/** The reason while init containers run, undefined when they are through. */
function initReason(pod: Pod, all: Tally, restartable: Tally): string | undefined {
  const specs = new Map((pod.spec.initContainers ?? []).map((each) => [each.name, each]));
  for (const [i, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    count(all, status);
    const sidecar = isRestartable(specs.get(status.name));
    if (sidecar) count(restartable, status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated && terminated.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) restartable.ready += 1;
      continue;
    }
    if (terminated) return `Init:${terminatedReason(terminated)}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${i}/${pod.spec.initContainers?.length ?? 0}`;
  }
  return undefined;
}

function containerReason(pod: Pod, start: string, tally: Tally): string {
  let reason = start;
  let running = false;
  let errorReason = '';
  for (const status of [...(pod.status.containerStatuses ?? [])].reverse()) {
    count(tally, status);
    const { waiting, terminated, running: isRunning } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) {
      reason = terminatedReason(terminated);
      if (terminated.exitCode !== 0) errorReason = reason;
    } else if (status.ready && isRunning) {
      running = true;
      tally.ready += 1;
    }
  }
  if (reason !== 'Completed') return reason;
  if (running && conditionIs(pod, 'Ready')) return 'Running';
  if (errorReason) return errorReason;
  return running ? 'NotReady' : reason;
}

/** The STATUS column; also what describes a pod in messages. */
export function podRow(pod: Pod, { now }: RowContext): readonly Cell[] {
  const { status, spec } = pod;
  const all: Tally = { restarts: 0, ready: 0, lastRestart: 0 };
  const restartable: Tally = { restarts: 0, ready: 0, lastRestart: 0 };
  const gated = status.conditions?.some((each) => each.type === 'PodScheduled' && each.reason === 'SchedulingGated');
  let reason = gated ? 'SchedulingGated' : status.reason || status.phase || '';
  const initializing = initReason(pod, all, restartable);
  let tally = { ...all, ready: restartable.ready };
  if (initializing !== undefined) reason = initializing;
  if (initializing === undefined || conditionIs(pod, 'Initialized')) {
    tally = restartable;
    reason = containerReason(pod, reason, tally);
  }
  const terminal = status.phase === 'Succeeded' || status.phase === 'Failed';
  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !terminal) reason = 'Terminating';
  const total = spec.containers.length + (spec.initContainers ?? []).filter(isRestartable).length;
  const gates = spec.readinessGates ?? [];
  return [
    pod.metadata.name ?? '',
    `${tally.ready}/${total}`,
    reason,
    tally.restarts && tally.lastRestart ? `${tally.restarts} (${humanDuration(now - tally.lastRestart)} ago)` : String(tally.restarts),
    age(pod, now),
    status.podIPs?.[0]?.ip || '<none>',
    spec.nodeName || '<none>',
    status.nominatedNodeName || '<none>',
    gates.length ? `${gates.filter((gate) => conditionIs(pod, gate.conditionType)).length}/${gates.length}` : '<none>',
  ];
}
