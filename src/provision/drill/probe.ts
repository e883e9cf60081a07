// Asks an API again and again, each time on a new connection as kubectl does, and measures how long it was away.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Connection } from '../../kube/kubeconfig/resolve.ts';
import { type Clock, delay } from '../../platform/clock.ts';

const REQUEST_TIMEOUT_MS = 1_000;
const PAUSE_MS = 50;

export interface Outage {
  /** Milliseconds after the beginning; null when no request failed. */
  readonly firstFailureMs: number | null;
  /** When the last request that failed had failed. */
  readonly lastFailureMs: number | null;
  readonly failed: number;
  readonly answered: number;
}

/** One request: whether it was answered with 200 within a second. */
export function ask({ server, ca, clientCertificate, clientKey, token }: Connection): Promise<boolean> {
  return new Promise((resolve) => {
    const request = server.startsWith('https:') ? httpsRequest : httpRequest;
    const call = request(new URL('/readyz', server), {
      agent: false,
      ...(ca ? { ca } : {}),
      ...(clientCertificate && clientKey ? { cert: clientCertificate, key: clientKey } : {}),
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    call.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
      response.on('error', () => resolve(false));
    });
    call.on('error', () => resolve(false));
    call.end();
  });
}

/** Asks for at least `leastMs`, then until nothing has failed for `calmMs`, and never longer than `longestMs`. */
export async function measureOutage(
  connection: Connection,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly leastMs: number; readonly calmMs: number; readonly longestMs: number },
): Promise<Outage> {
  const { clock, signal, leastMs, calmMs, longestMs } = options;
  const begin = clock.now();
  const elapsed = (): number => clock.now() - begin;
  let [firstFailureMs, lastFailureMs, failed, answered]: [number | null, number | null, number, number] = [null, null, 0, 0];
  while (elapsed() < leastMs || (lastFailureMs !== null && elapsed() - lastFailureMs < calmMs)) {
    if (elapsed() > longestMs) break;
    const from = elapsed();
    if (await ask(connection)) answered++;
    else {
      failed++;
      firstFailureMs ??= from;
      lastFailureMs = elapsed();
    }
    await delay(clock, PAUSE_MS, signal);
  }
  return { firstFailureMs, lastFailureMs, failed, answered };
}
