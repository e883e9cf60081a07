// Ends requests that take too long: with 504 where nothing is said yet, by cutting the stream otherwise. The work goes on; nobody hears of it.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/filters/timeout.go
import type { Exchange } from '../filters/filter.ts';
import { sendBody } from './respond.ts';

/** As Go writes a Status that nobody has given a kind. */
const TIMED_OUT = Buffer.from(
  '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n',
);

/** Called where a request begins to wait: for its body, a seat, the disk or its client. */
export function startDeadline(exchange: Exchange): void {
  const { timeoutMs, startedAt, api, response } = exchange;
  if (exchange.deadline || timeoutMs === Number.POSITIVE_INFINITY || exchange.isOver) return;
  const { clock } = api.context;
  exchange.deadline = clock.after(Math.max(0, startedAt + timeoutMs - clock.now()), () => giveUp(exchange));
  response.on('close', () => exchange.deadline?.cancel());
}

function giveUp(exchange: Exchange): void {
  const { response, request } = exchange;
  if (exchange.isOver || response.writableEnded) return;
  if (exchange.code) {
    exchange.isOver = true;
    (response.stream ?? response).destroy();
    return;
  }
  for (const name of Object.keys(exchange.headers)) if (name !== 'audit-id' && name !== 'cache-control') delete exchange.headers[name];
  exchange.warnings.clear();
  void sendBody(exchange, 504, 'text/plain; charset=utf-8', TIMED_OUT);
  exchange.isOver = true;
  request.resume();
}
