// A write that changes nothing but times in managedFields is no write.
// Models apiserver/pkg/endpoints/handlers/fieldmanager/equality.go
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

/** `next` with the times of `live` where the two are otherwise the same. Call it before asking whether there is anything to store. */
export function withTimesOf(live: JsonObject, next: JsonObject): JsonObject {
  const before = entriesOf(live);
  const after = entriesOf(next);
  if (before === after || after.length === 0 || before.length !== after.length) return next;
  if (!after.some((entry, i) => entry['time'] !== before[i]?.['time'])) return next;
  if (!after.every((entry, i) => jsonEqual({ ...entry, time: undefined }, { ...before[i], time: undefined }))) return next;
  const same: JsonObject = { ...next, metadata: { ...(next['metadata'] as JsonObject), managedFields: before } };
  return jsonEqual(same, live) ? same : next;
}
function entriesOf({ metadata }: JsonObject): readonly JsonObject[] {
  const entries: JsonValue | undefined = isJsonObject(metadata) ? metadata['managedFields'] : undefined;
  return Array.isArray(entries) ? (entries as readonly JsonObject[]) : [];
}
