// The containers of a pod or of a template.
import type { Container, ContainerPort, ContainerState, ContainerStatus, Pod, ResourceRequirements } from '../../kube/api/core-v1.ts';
import { canonicalQuantity } from '../../kube/machinery/quantity.ts';
import { goQuote } from '../go-quote.ts';
import { writeEnvironment } from './environment.ts';
import { NONE } from './metadata.ts';
import { probeText } from './probe.ts';
import { longTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

interface Described {
  readonly label: string;
  readonly containers: readonly Container[];
  readonly statuses?: readonly ContainerStatus[] | undefined;
  /** The pod that they belong to; templates have none. */
  readonly pod?: Pod;
  /** What a template's lines begin with. */
  readonly indent?: string;
}

export function writeContainers(w: DescribeWriter, { label, containers, statuses = [], pod, indent = '' }: Described): void {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  w.line(0, `${indent}${label}:${containers.length ? '' : ` ${NONE}`}`);
  for (const container of containers) {
    const status = byName.get(container.name);
    w.line(1, `${indent ? ' ' : ''}${container.name}:`);
    writeImage(w, container, status);
    writeWords(w, 'Command', container.command);
    writeWords(w, 'Args', container.args);
    if (status) writeStatus(w, status);
    writeResources(w, 2, container.resources);
    const { livenessProbe, readinessProbe, startupProbe } = container;
    if (livenessProbe) w.field(2, 'Liveness', probeText(livenessProbe));
    if (readinessProbe) w.field(2, 'Readiness', probeText(readinessProbe));
    if (startupProbe) w.field(2, 'Startup', probeText(startupProbe));
    writeEnvironment(w, container, pod);
    writeMounts(w, container);
  }
}

function writeImage(w: DescribeWriter, { image = '', ports = [], securityContext }: Container, status: ContainerStatus | undefined): void {
  if (status) w.field(2, 'Container ID', status.containerID ?? '');
  w.field(2, 'Image', image);
  if (status) w.field(2, 'Image ID', status.imageID);
  writePorts(w, 'Port', ports, ({ containerPort }) => containerPort);
  writePorts(w, 'Host Port', ports, ({ hostPort = 0 }) => hostPort);
  const seccomp = securityContext?.seccompProfile;
  if (!seccomp) return;
  w.field(2, 'SeccompProfile', seccomp.type);
  if (seccomp.type === 'Localhost') w.field(3, 'LocalhostProfile', seccomp.localhostProfile ?? '');
}

function writePorts(w: DescribeWriter, label: string, ports: readonly ContainerPort[], numberOf: (port: ContainerPort) => number): void {
  const text = ports.map((port) => `${numberOf(port)}/${port.protocol ?? ''}${port.name ? ` (${port.name})` : ''}`).join(', ');
  w.field(2, text.includes(',') ? `${label}s` : label, text || NONE);
}

function writeWords(w: DescribeWriter, label: string, words: readonly string[] = []): void {
  if (words.length) w.line(2, `${label}:`);
  for (const line of words.flatMap((word) => word.split('\n'))) w.line(3, line);
}

function writeStatus(w: DescribeWriter, { state = {}, lastState = {}, ready, restartCount }: ContainerStatus): void {
  writeState(w, 'State', state);
  if (lastState.terminated) writeState(w, 'Last State', lastState);
  w.field(2, 'Ready', ready ? 'True' : 'False');
  w.field(2, 'Restart Count', restartCount);
}

function writeState(w: DescribeWriter, label: string, { running, waiting, terminated }: ContainerState): void {
  if (running) {
    w.field(2, label, 'Running');
    w.field(3, 'Started', longTime(running.startedAt));
  } else if (waiting || !terminated) {
    w.field(2, label, 'Waiting');
    if (waiting?.reason) w.field(3, 'Reason', waiting.reason);
  } else {
    const { reason, message, exitCode, signal = 0, startedAt, finishedAt } = terminated;
    w.field(2, label, 'Terminated');
    if (reason) w.field(3, 'Reason', reason);
    if (message) w.field(3, 'Message', message);
    w.field(3, 'Exit Code', exitCode);
    if (signal > 0) w.field(3, 'Signal', signal);
    w.field(3, 'Started', longTime(startedAt));
    w.field(3, 'Finished', longTime(finishedAt));
  }
}

export function writeResources(w: DescribeWriter, level: number, { limits, requests }: ResourceRequirements = {}): void {
  writeAmounts(w, level, 'Limits', limits);
  writeAmounts(w, level, 'Requests', requests);
}
function writeAmounts(w: DescribeWriter, level: number, label: string, amounts: Readonly<Record<string, string>> = {}): void {
  const names = Object.keys(amounts).sort();
  if (names.length) w.line(level, `${label}:`);
  for (const name of names) w.field(level + 1, name, canonicalQuantity(amounts[name] ?? '0'));
}

function writeMounts(w: DescribeWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length ? '' : `\t${NONE}`;
  w.line(2, `Mounts:${none}`);
  for (const { mountPath, name, readOnly, subPath } of [...volumeMounts].sort(by(({ mountPath }) => mountPath)))
    w.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path=${goQuote(subPath)}` : ''})`);
  if (!volumeDevices.length) return;
  w.line(2, `Devices:${none}`);
  for (const { devicePath, name } of [...volumeDevices].sort(by(({ devicePath }) => devicePath))) w.line(3, `${devicePath} from ${name}`);
}

/** Orders by text, as Go compares it. */
export const by =
  <T>(textOf: (item: T) => string) =>
  (a: T, b: T): number => {
    const [left, right] = [textOf(a), textOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
