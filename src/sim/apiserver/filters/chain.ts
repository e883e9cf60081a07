// What every request passes, in order. Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/config.go (DefaultBuildHandlerChain)
import { auditId, cacheControl } from './answer-headers.ts';
import { authentication } from './authentication.ts';
import { authorization } from './authorization.ts';
import type { Filter } from './filter.ts';
import { flowControl } from './flow-control.ts';
import { impersonation } from './impersonation.ts';
import { requestDeadline } from './request-deadline.ts';
import { requestInfo } from './request-info-filter.ts';

/** Panic recovery stands around all of them: `serve` in http/server.ts. */
export const CHAIN: readonly Filter[] = [
  auditId,
  cacheControl,
  requestInfo,
  requestDeadline,
  authentication,
  // Like upstream's, it counts and sorts requests by who makes them, and before it is known whether they may.
  flowControl,
  impersonation,
  authorization,
];
