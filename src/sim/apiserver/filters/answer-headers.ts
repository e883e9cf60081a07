// Headers that every answer has. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/{audit_init,cachecontrol}.go
import type { ApiServer } from '../api-server.ts';
import type { Filter } from './filter.ts';

const LONGEST_ID = 64;

/** Ids of one server share what is random about them and count on: every request has one, few are ever looked at. */
interface Series {
  readonly prefix: string;
  count: number;
}
const series = new WeakMap<ApiServer, Series>();

function nextId(api: ApiServer): string {
  let mine = series.get(api);
  if (!mine) series.set(api, (mine = { prefix: api.context.random.uuid().slice(0, 24), count: 0 }));
  mine.count++;
  return mine.prefix + mine.count.toString(16).padStart(12, '0');
}

/** The caller's id where it sends one. */
export const auditId: Filter = (exchange) => {
  const given = exchange.header('audit-id');
  exchange.headers['audit-id'] = given ? given.slice(0, LONGEST_ID) : nextId(exchange.api);
};

export const cacheControl: Filter = ({ headers }) => {
  headers['cache-control'] = 'no-cache, private';
};
