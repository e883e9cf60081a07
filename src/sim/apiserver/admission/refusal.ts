// How a plugin refuses: by the name of the object, or by what the name is going to begin with. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/errors.go
import { forbidden, type StatusError } from '../../../kube/machinery/status-error.ts';
import type { AdmissionRequest } from './plugin.ts';

export function refused({ call, object }: Pick<AdmissionRequest, 'call' | 'object'>, why: string): StatusError {
  const { name, generateName } = object?.metadata ?? {};
  return forbidden(call.resource, call.name || name || generateName || 'Unknown', why);
}

/** Several reasons as one: doubles once, more than one in brackets. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/errors */
export function aggregated(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
