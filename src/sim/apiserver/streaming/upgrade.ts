// Requests that take the connection over: exec, attach and port-forward of a pod, by WebSocket or SPDY, past all filters.
// Models kubernetes/pkg/registry/core/pod/rest/subresources.go
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../../errors/app-error.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { badRequest, invalid, StatusError, unsupported } from '../../../kube/machinery/status-error.ts';
import type { ByteDuplex } from '../../../kube/streaming/byte-duplex.ts';
import { PORT_FORWARD_PROTOCOL, SPDY_V4_PROTOCOL, TUNNEL_PROTOCOL, V4_PROTOCOL, V5_PROTOCOL } from '../../../kube/streaming/channels.ts';
import { resourceAttributes } from '../authorization/attributes.ts';
import { refusalOf } from '../authorization/refusal.ts';
import { infoOf, type Exchange } from '../filters/filter.ts';
import { isTrue } from '../filters/request-info.ts';
import type { NodeConnection, ProcessStreams } from '../node-connection.ts';
import { containerOf, containerStatus, hostOf } from '../pod-container.ts';
import { portsOf, serveChannelledPortForward, servePortForward } from './port-forward.ts';
import { endedWith, failedWith } from './process-status.ts';
import type { ProcessOptions, RemoteProcess } from './remote-process.ts';
import { spdyProcess } from './spdy-process.ts';
import { PODS, storedObject } from './stored-object.ts';
import { acceptWebSocket, webSocketBytes, webSocketChannels, webSocketProcess } from './websocket.ts';

/** What the client's connection was, before it is taken over. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** From now on the connection is no longer HTTP's. */
  takeOver(): void;
}

/** Throws StatusError for what is refused before the connection is taken over. Resolves when it has ended. */
export async function serveUpgrade(exchange: Exchange, upgrade: Upgrade): Promise<void> {
  const info = infoOf(exchange);
  const { resource, subresource, name, namespace, verb } = info;
  const nodes = exchange.api.nodes();
  if (resource !== 'pods' || !['exec', 'attach', 'portforward'].includes(subresource)) throw unsupported(`an upgrade on ${resource}/${subresource || name}`);
  if (verb === 'get') mayCreateToo(exchange);
  const pod = storedObject<Pod>(exchange, PODS, namespace, name);
  const node = hostOf(pod);
  if (!nodes) throw unsupported(`pods/${subresource}`);
  const isWebSocket = /websocket/i.test(exchange.header('upgrade') ?? '');
  if (subresource === 'portforward') {
    const dial = (port: number): Promise<ByteDuplex> => nodes.dial(node, pod.metadata.uid ?? '', port);
    if (!isWebSocket) return servePortForward(acceptSpdy(upgrade, spdyChosen(exchange, [PORT_FORWARD_PROTOCOL])), dial);
    const protocol = chosen(exchange, [TUNNEL_PROTOCOL, V4_PROTOCOL]);
    if (protocol === TUNNEL_PROTOCOL) return servePortForward(webSocketBytes(await acceptWebSocket(upgrade, protocol)), dial);
    const ports = portsOf(exchange.query.getAll('ports'));
    return serveChannelledPortForward(webSocketChannels(await acceptWebSocket(upgrade, protocol)), ports, dial);
  }
  const options = optionsOf(exchange, subresource);
  const container = containerOf(pod, exchange.query.get('container') ?? '');
  const id = runningId(pod, container, `${namespace}/${name}`);
  const remote = isWebSocket
    ? await byWebSocket(exchange, upgrade, options)
    : await spdyProcess(acceptSpdy(upgrade, spdyChosen(exchange, [SPDY_V4_PROTOCOL])), options, exchange.api.context.clock);
  if (remote) await runProcess(nodes, { node, containerId: id, tty: options.tty, command: exchange.query.getAll('command') }, subresource, remote);
}

/** Whoever may only read must not run anything: a WebSocket begins with a GET. */
function mayCreateToo(exchange: Exchange): void {
  const { resource, subresource, name, namespace, group } = infoOf(exchange);
  const attributes = resourceAttributes(exchange.user, { verb: 'create', group, resource, namespace, subresource, name });
  const { allowed, reason } = exchange.api.authorize(attributes);
  if (!allowed) throw refusalOf(attributes, reason);
}

function optionsOf({ query }: Exchange, subresource: string): ProcessOptions {
  const flag = (name: string, preset: boolean): boolean => (query.has(name) ? isTrue(query.get(name)) : preset);
  const options = {
    stdin: flag('stdin', false),
    stdout: flag('stdout', subresource === 'attach'),
    stderr: flag('stderr', subresource === 'attach'),
    tty: flag('tty', false),
  };
  if (subresource === 'exec' && !query.getAll('command').some(Boolean))
    throw invalid({ group: '', kind: 'PodExecOptions' }, '', [{ field: 'command', reason: 'FieldValueRequired', detail: 'Required value' }]);
  if (!options.stdin && !options.stdout && !options.stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  return options.tty ? { ...options, stderr: false } : options;
}

/** Throws what the kubelet answers for a container that does not run. */
function runningId(pod: Pod, name: string, podName: string): string {
  const { state, containerID } = containerStatus(pod, name) ?? {};
  if (state?.running && containerID) return containerID;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed')
    throw new StatusError({
      code: 500,
      reason: 'InternalError',
      message: `cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`,
    });
  throw new StatusError({ code: 404, reason: 'NotFound', message: `container not found ("${name}")`, details: { name: podName } });
}

/** The first of the client's protocols that is spoken here. */
function chosen(exchange: Exchange, known: readonly string[]): string {
  const offered = (exchange.header('sec-websocket-protocol') ?? '').split(',').map((each) => each.trim());
  const protocol = offered.find((each) => known.includes(each));
  if (protocol === undefined) throw badRequest(`unable to negotiate a protocol: client supports [${offered.join(' ')}], server supports [${known.join(' ')}]`);
  return protocol;
}

function spdyChosen(exchange: Exchange, known: readonly string[]): string {
  const offered = (exchange.header('x-stream-protocol-version') ?? '').split(',').map((each) => each.trim());
  const protocol = known.find((each) => offered.includes(each));
  if (protocol === undefined)
    throw new StatusError({
      code: 403,
      reason: 'Forbidden',
      message: `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]`,
    });
  return protocol;
}

async function byWebSocket(exchange: Exchange, upgrade: Upgrade, options: ProcessOptions): Promise<RemoteProcess> {
  const protocol = chosen(exchange, [V5_PROTOCOL, V4_PROTOCOL]);
  return webSocketProcess(await acceptWebSocket(upgrade, protocol), protocol, options);
}

/** Throws StatusError 400 for a request that asks for something else. */
function acceptSpdy({ request, socket, head, takeOver }: Upgrade, protocol: string): ByteDuplex {
  if (!/spdy\/3\.1/i.test(String(request.headers['upgrade'] ?? ''))) throw badRequest('Upgrade request required');
  takeOver();
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`);
  if (head.length) socket.unshift(head);
  socket.on('error', () => socket.destroy());
  return {
    bytes: socket as AsyncIterable<Uint8Array>,
    write: (data) => new Promise((resolve, reject) => socket.write(data, (error) => (error ? reject(error) : resolve()))),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
}

interface Target {
  readonly node: string;
  readonly containerId: string;
  readonly tty: boolean;
  readonly command: readonly string[];
}

async function runProcess(nodes: NodeConnection, target: Target, subresource: string, remote: RemoteProcess): Promise<void> {
  const run = (streams: ProcessStreams): Promise<number> => (subresource === 'exec' ? nodes.exec(target, streams) : nodes.attach(target, streams));
  const doing = subresource === 'exec' ? 'error executing command in container' : 'error attaching to container';
  const status: JsonObject = await run(remote.streams).then(
    (code) => endedWith(code, target.command),
    (error: unknown) => failedWith(doing, messageOf(error)),
  );
  await remote.finish(status);
}
