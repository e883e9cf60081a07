// Headers that every answer has. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/filters/{audit_init,cachecontrol}.go
import type { Filter } from './filter.ts';

const LONGEST_ID = 64;

/** The caller's id where it sends one. */
export const auditId: Filter = (exchange) => {
  const given = exchange.header('audit-id');
  exchange.headers['audit-id'] = given ? given.slice(0, LONGEST_ID) : exchange.api.context.random.uuid();
};

export const cacheControl: Filter = ({ headers }) => {
  headers['cache-control'] = 'no-cache, private';
};
