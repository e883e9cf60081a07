// Runs one probe and words its outcome. Models kubernetes/pkg/kubelet/prober/prober.go and pkg/probe
import type { Container, Pod, Probe } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { expand } from '../containers/expansion.ts';
import type { ContainerRuntime } from '../ports/container-runtime.ts';

/** `errored` leaves the earlier verdict as it is. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'errored';
  readonly output: string;
}

/** The number of a port given by number or by name; undefined when the container has no port of that name. */
export function resolvePort(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

const OUTPUT_LIMIT = 10 * 1024;

export async function runProbe(
  runtime: ContainerRuntime,
  { pod, podIP, container, containerId }: { readonly pod: Pod; readonly podIP: string; readonly container: Container; readonly containerId: string },
  probe: Probe,
): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const podUid = pod.metadata.uid ?? '';
  if (probe.exec) {
    const literal = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']));
    const command = (probe.exec.command ?? []).map((part) => expand(part, (name) => literal.get(name)));
    try {
      const { exitCode, output } = await runtime.exec(containerId, command, timeoutMs);
      return { result: exitCode === 0 ? 'success' : 'failure', output: output.slice(0, OUTPUT_LIMIT) };
    } catch (error) {
      const message = messageOf(error);
      return message.startsWith('command ') && message.includes('timed out') ? { result: 'failure', output: message } : { result: 'errored', output: message };
    }
  }
  if (probe.httpGet) {
    const { httpGet } = probe;
    const port = resolvePort(httpGet.port, container);
    if (port === undefined) return { result: 'errored', output: `couldn't find port: ${String(httpGet.port)}` };
    const path = httpGet.path ? (httpGet.path.startsWith('/') ? httpGet.path : `/${httpGet.path}`) : '/';
    const scheme = httpGet.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP';
    const host = httpGet.host || podIP;
    const answer = await runtime.httpGet({ podUid, host, port, path, scheme, timeoutMs });
    if ('error' in answer) return { result: 'failure', output: `Get "${scheme.toLowerCase()}://${host}:${port}${path}": ${answer.error}` };
    if (answer.status >= 200 && answer.status < 300) return { result: 'success', output: '' };
    if (answer.status < 400) return { result: 'success', output: '' };
    return { result: 'failure', output: `HTTP probe failed with statuscode: ${answer.status}` };
  }
  if (probe.tcpSocket) {
    const port = resolvePort(probe.tcpSocket.port, container);
    if (port === undefined) return { result: 'errored', output: `couldn't find port: ${String(probe.tcpSocket.port)}` };
    const { error } = await runtime.connect({ podUid, host: probe.tcpSocket.host || podIP, port, timeoutMs });
    return error ? { result: 'failure', output: error } : { result: 'success', output: '' };
  }
  if (probe.grpc) {
    const { error } = await runtime.connect({ podUid, host: podIP, port: probe.grpc.port, timeoutMs });
    return error
      ? { result: 'failure', output: `timeout: failed to connect service "${podIP}:${probe.grpc.port}" within ${timeoutMs / 1000}s: context deadline exceeded` }
      : { result: 'success', output: '' };
  }
  return { result: 'errored', output: `missing probe handler for ${pod.metadata.name ?? ''}:${container.name}` };
}
