// Failures on the wire: a Status in the form the client accepts. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters
import { internalError, StatusError } from '../../../kube/machinery/status-error.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { Exchange } from '../filters/filter.ts';
import { encodeValue } from '../serializer/encode.ts';
import { MEDIA_TYPE, negotiateStatus } from '../serializer/negotiate.ts';
import { sendBody } from './respond.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** Anything that is no StatusError is a bug: logged whole, answered as 500. */
export function refuse(exchange: Exchange, error: unknown): void {
  if (exchange.isOver) return;
  if (error instanceof TooManyRequests) {
    exchange.headers['retry-after'] = String(error.retryAfterSeconds);
    sendText(exchange, 429, `${error.message}\n`);
    return;
  }
  const { api, request, response, headers } = exchange;
  const status = error instanceof StatusError ? error : unexpected(error);
  if (!(error instanceof StatusError))
    api.context.log.error('request failed', {
      method: request.method,
      url: request.url,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  if (response.headersSent) {
    response.end();
    return;
  }
  const retry = status.details?.retryAfterSeconds;
  if (retry) headers['retry-after'] = String(retry);
  const { encoding, pretty } = negotiateStatus(exchange.negotiation);
  void sendBody(exchange, status.code, MEDIA_TYPE[encoding], encodeValue(status.toStatus() as unknown as JsonObject, encoding, pretty));
}

const unexpected = (error: unknown): StatusError => internalError(error instanceof Error ? error.message : String(error));

/** What is no API at all. */
export const sendNotFoundPage = (exchange: Exchange): void => sendText(exchange, 404, '404 page not found\n');

/** As Go's `http.Error`. */
function sendText(exchange: Exchange, code: number, text: string): void {
  exchange.headers['x-content-type-options'] = 'nosniff';
  void sendBody(exchange, code, 'text/plain; charset=utf-8', Buffer.from(text));
}
