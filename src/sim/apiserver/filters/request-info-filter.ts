// Takes the URL apart. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/requestinfo.go
import { badRequest } from '../../../kube/machinery/status-error.ts';
import type { Filter } from './filter.ts';
import { parseRequestInfo } from './request-info.ts';

/** Throws StatusError 400 for a URL that is none. */
export const requestInfo: Filter = (exchange) => {
  const { url, method } = exchange.request;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  try {
    exchange.path = decodeURIComponent(path);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(path)}`);
  }
  if (at >= 0) exchange.query = new URLSearchParams(url.slice(at + 1));
  exchange.info = parseRequestInfo(method, exchange.path, exchange.query);
};
