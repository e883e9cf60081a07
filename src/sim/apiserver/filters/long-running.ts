// Requests that may go on for long: they have no deadline. Models apiserver/pkg/server/filters/longrunning.go with the sets of kube-apiserver
import type { RequestInfo } from './request-info.ts';

const VERBS: ReadonlySet<string> = new Set(['watch', 'proxy']);
const SUBRESOURCES: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

export const isLongRunning = ({ verb, isResource, subresource, path }: RequestInfo): boolean =>
  VERBS.has(verb) || (isResource && SUBRESOURCES.has(subresource)) || (!isResource && path.startsWith('/debug/pprof/'));
