// `kubectl logs`: which container is meant, which part of its log, and following it. Models kubernetes/pkg/registry/core/pod/strategy.go (LogLocation) and pkg/kubelet/kubelet_pods.go
import type { Pod } from '../../kube/api/core-v1.ts';
import { badRequest, internalError, invalid } from '../../kube/machinery/status-error.ts';
import { formatMicroTime, parseTime } from '../../kube/machinery/time.ts';
import type { ServerContext } from './context.ts';
import { callOf, type SpecialHandlers } from './handlers.ts';
import type { NodeConnection, NodeLog, NodeLogLine } from './node-connection.ts';
import { readObject } from './operations/read.ts';
import { isTrue } from './filters/request-info.ts';
import { containerOf, containerStatus, hostOf } from './pod-container.ts';
import type { Answer, ResourceRequest, TextSink } from './request.ts';

interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceMs: number;
  readonly tailLines: number;
  readonly limitBytes: number;
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function optionsOf(context: ServerContext, { query }: ResourceRequest): LogOptions {
  const tailLines = wholeNumber(query, 'tailLines');
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  if (tailLines !== undefined && tailLines < 0) {
    throw invalid({ group: '', kind: 'PodLogOptions' }, '', [
      { field: 'tailLines', reason: 'FieldValueInvalid', detail: `Invalid value: ${tailLines}: must be greater than or equal to 0` },
    ]);
  }
  const sinceTime = query.get('sinceTime');
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    sinceMs: sinceTime ? parseTime(sinceTime) : sinceSeconds === undefined ? 0 : context.clock.now() - sinceSeconds * 1000,
    tailLines: tailLines ?? Number.POSITIVE_INFINITY,
    limitBytes: wholeNumber(query, 'limitBytes') ?? Number.POSITIVE_INFINITY,
  };
}

/** The id of the container whose log it is. Throws the kubelet's refusals. */
function containerId(owner: Pod, name: string, previous: boolean): string {
  const found = containerStatus(owner, name);
  const pod = owner.metadata.name ?? '';
  const last = found?.lastState?.terminated;
  if (previous) {
    if (!last?.containerID) throw badRequest(`previous terminated container ${JSON.stringify(name)} in pod ${JSON.stringify(pod)} not found`);
    return last.containerID;
  }
  const { waiting, terminated, running } = found?.state ?? {};
  if (found?.containerID && (running || terminated)) return found.containerID;
  if (last?.containerID) return last.containerID;
  const reason = waiting?.reason;
  if (reason === 'ErrImagePull') throw badRequest(`container ${JSON.stringify(name)} in pod ${JSON.stringify(pod)} is waiting to start: image can't be pulled`);
  if (reason === 'ImagePullBackOff')
    throw badRequest(`container ${JSON.stringify(name)} in pod ${JSON.stringify(pod)} is waiting to start: trying and failing to pull image`);
  throw badRequest(`container ${JSON.stringify(name)} in pod ${JSON.stringify(pod)} is waiting to start: ${reason ?? 'ContainerCreating'}`);
}

/** Writes text with a timestamp in front of each line where that is asked for. */
function stamped(timestamps: boolean): (line: NodeLogLine) => string {
  let atLineStart = true;
  return ({ atMs, text }) => {
    if (!timestamps) return text;
    const stamp = `${formatMicroTime(atMs).replace('Z', '000Z')} `;
    const output = `${atLineStart ? stamp : ''}${text.replace(/\n(?=.)/gs, `\n${stamp}`)}`;
    atLineStart = text.endsWith('\n');
    return output;
  };
}

function kept({ lines }: NodeLog, { sinceMs, tailLines, timestamps }: LogOptions, stamp: (line: NodeLogLine) => string): string {
  const text = lines
    .filter(({ atMs }) => atMs >= sinceMs)
    .map(stamp)
    .join('');
  if (tailLines === Number.POSITIVE_INFINITY || timestamps === undefined) return text;
  const split = text.split(/(?<=\n)/);
  return tailLines === 0 ? '' : split.slice(-tailLines).join('');
}

async function copy(log: NodeLog, options: LogOptions, sink: TextSink): Promise<void> {
  const stamp = stamped(options.timestamps);
  let left = options.limitBytes;
  const write = (text: string): void => {
    const part = Buffer.byteLength(text) <= left ? text : Buffer.from(text).subarray(0, left).toString();
    left -= Buffer.byteLength(part);
    if (part) sink.write(part);
  };
  write(kept(log, options, stamp));
  if (!options.follow) return;
  const stop = log.follow((line) => write(stamp(line)));
  await Promise.race([log.ended, sink.closed]);
  stop();
}

export function logHandlers(nodes: () => Pick<NodeConnection, 'log'> | undefined): SpecialHandlers {
  return {
    'pods/log': {
      get: async (context, request): Promise<Answer> => {
        const pod = readObject(context, { ...callOf(request), subresource: '' }) as unknown as Pod;
        const options = optionsOf(context, request);
        const name = containerOf(pod, request.query.get('container') ?? '');
        const node = hostOf(pod);
        const id = containerId(pod, name, options.previous);
        const log = nodes()?.log(node, id);
        if (!log) throw internalError(`unable to retrieve container logs for ${id}`);
        return { kind: 'text', code: 200, write: (sink) => copy(log, options, sink) };
      },
    },
  };
}
