// A process in a container over a WebSocket: what is typed goes in, what it prints comes out, and how it ended is told at the end.
// Models kubernetes/staging/src/k8s.io/client-go/tools/remotecommand (websocket.go, v5.go)
import { textOf, UpgradeRefused, type WireChannel } from '../../kube/client/transport.ts';
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { CHANNEL, channelMessage, V4_PROTOCOL, V5_PROTOCOL } from '../../kube/streaming/channels.ts';
import { BareError, CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { StatusError } from '../../kube/machinery/status-error.ts';
import { pathOf, withQuery } from '../client/resource-client.ts';
import type { Kubectl } from '../kubectl.ts';
import { listField, objectField } from './pod-fields.ts';
import { PODS } from './pods-of.ts';

export interface RemoteProcess {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly does: 'exec' | 'attach';
  readonly command?: readonly string[];
  /** What it reads; without it, it has no standard input. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly tty?: boolean;
  /** The next is given when its promise has resolved. */
  readonly out: (data: Uint8Array) => Promise<void> | undefined | void;
  /** Left out, its standard error is not asked for. */
  readonly error?: ((data: Uint8Array) => void) | undefined;
  /** Told how to say what size the terminal has; returns the way to stop. */
  readonly watchSize?: ((resize: (columns: number, rows: number) => void) => () => void) | undefined;
}

/** Resolves when it has ended well. Rejects with Interrupted after Ctrl-C, with StatusError where the server refuses, and with how it ended otherwise. */
export async function runRemotely(kubectl: Kubectl, process: RemoteProcess): Promise<void> {
  const { interrupted } = kubectl.ports;
  const over = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(interrupted.reason as Error);
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    // Who types Ctrl-C waits neither for a connection nor for the server's good-bye.
    await Promise.race([stopped, converse(kubectl, process, over.signal)]);
  } finally {
    over.abort();
  }
}

async function converse(kubectl: Kubectl, process: RemoteProcess, over: AbortSignal): Promise<void> {
  const { namespace, pod, container, does, command, stdin, tty = false, error, watchSize } = process;
  const path = withQuery(pathOf(PODS, { namespace, name: pod, subresource: does }), {
    command,
    container,
    stdin: stdin !== undefined,
    stdout: true,
    stderr: error !== undefined,
    tty,
  });
  const channel = await openChannel(kubectl, path, [V5_PROTOCOL, V4_PROTOCOL]);
  over.addEventListener('abort', () => channel.close(), { once: true });
  const send = (on: number, data: Uint8Array): void => void channel.send(channelMessage(on, data)).catch(() => undefined); // a broken connection ends the messages below
  const unwatch = watchSize?.((columns, rows) => send(CHANNEL.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))));
  try {
    if (stdin) void pump(stdin, channel, over);
    await finished(channel, process);
  } finally {
    unwatch?.();
    channel.close();
  }
}

/** Rejects with what the server has against it. Models httpstream/spdy/roundtripper.go (NewConnection), which is what a refusal falls back to */
export async function openChannel(kubectl: Kubectl, path: string, protocols: readonly string[]): Promise<WireChannel> {
  const wire = await kubectl.wire();
  try {
    return await wire.connect(path, protocols);
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    const { body, status: code } = error.answer;
    const text = (await textOf(body)).trim();
    const status = statusIn(text);
    if (status) throw StatusError.fromStatus(status, code);
    throw new CommandError(`unable to upgrade connection: ${text}`);
  }
}

function statusIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && value['kind'] === 'Status' ? value : undefined;
  } catch {
    return undefined; // plain words of a proxy or a node
  }
}

async function pump(stdin: AsyncIterable<Uint8Array>, channel: WireChannel, over: AbortSignal): Promise<void> {
  try {
    for await (const data of stdin) {
      if (over.aborted) return;
      await channel.send(channelMessage(CHANNEL.stdin, data));
    }
    // Only the fifth protocol can say that there is no more.
    if (channel.protocol === V5_PROTOCOL && !over.aborted) await channel.send(Buffer.from([CHANNEL.close, CHANNEL.stdin]));
  } catch {
    // The process has gone, and its end is told elsewhere.
  }
}

async function finished(channel: WireChannel, { out, error }: RemoteProcess): Promise<void> {
  let end: string | undefined;
  for await (const message of channel.messages) {
    const data = message.subarray(1);
    if (message[0] === CHANNEL.stdout) await out(data);
    else if (message[0] === CHANNEL.stderr) error?.(data);
    // How it ended may overtake the last of what it printed: there is more until the server closes.
    else if (message[0] === CHANNEL.error) end = `${end ?? ''}${Buffer.from(data).toString('utf8')}`;
  }
  if (end !== undefined) ended(end);
}

/** Models client-go/tools/remotecommand/v4.go (errorDecoderV4) */
function ended(text: string): void {
  const protocol = 'error stream protocol error:';
  if (!text) return;
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${protocol} ${(error as Error).message} in ${goQuote(text)}`);
  }
  if (!isJsonObject(status)) throw new CommandError(`${protocol} unknown error`);
  if (status['status'] === 'Success') return;
  if (status['status'] !== 'Failure') throw new CommandError(`${protocol} unknown error`);
  if (status['reason'] !== 'NonZeroExitCode') throw new CommandError(String(status['message'] ?? ''));
  const cause = listField(objectField(status, 'details'), 'causes').find((each) => each['reason'] === 'ExitCode');
  if (!cause) throw new CommandError(`${protocol} no ExitCode cause given`);
  const code = String(cause['message'] ?? '');
  if (!/^\d{1,3}$/.test(code)) throw new CommandError(`${protocol} invalid exit code value ${goQuote(code)}`);
  throw new BareError(`command terminated with exit code ${code}`, Number(code));
}
