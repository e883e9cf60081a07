// A request waits until its priority level has a seat for it, or is told to come again. Where there is a seat, nothing is awaited.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go
import { distinguisherOf, type Flow } from '../flowcontrol/classify.ts';
import { TooManyRequests } from '../http/too-many-requests.ts';
import { infoOf, type Exchange, type Filter } from './filter.ts';
import { isLongRunning } from './long-running.ts';

const LONGEST_WAIT_MS = 60_000;

/** Throws TooManyRequests. */
export const flowControl: Filter = (exchange) => {
  const info = infoOf(exchange);
  const flow = exchange.api.flowControl.flowOf(exchange.user, info);
  if (!flow || (isLongRunning(info) && info.verb !== 'watch')) return undefined;
  exchange.headers['x-kubernetes-pf-flowschema-uid'] = flow.uid;
  exchange.headers['x-kubernetes-pf-prioritylevel-uid'] = flow.level.uid;
  exchange.release = flow.level.tryTake();
  return exchange.release ? undefined : waitFor(exchange, flow);
};

async function waitFor(exchange: Exchange, flow: Flow): Promise<void> {
  const { level, name } = flow;
  const { clock } = exchange.api.context;
  const patienceMs = Math.min(exchange.timeoutMs / 4, LONGEST_WAIT_MS);
  const release = await level.wait(`${name}\0${distinguisherOf(flow, exchange.user, infoOf(exchange))}`, patienceMs);
  if (!release) {
    level.dropped.record(clock.now());
    throw new TooManyRequests(level.dropped.retryAfterSeconds);
  }
  exchange.release = release;
}
