// Objects in the form upstream validates them: Go's field names and order, every field filled. Messages and diffs show it; equality is judged on it.
// Models the conversions of kubernetes/pkg/apis/*/v1 and apimachinery/pkg/api/equality
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import facts from '../facts/internal-types.json' with { type: 'json' };

/** Name shown, name in v1, type with the prefixes `p ` pointer, `l ` list, `m ` map; 1: left out when empty. */
type FieldFact = readonly [shown: string, name: string, type: string, omitted?: number];
const types = facts as unknown as Readonly<Record<string, readonly FieldFact[]>>;

/** What of a pod spec became its security context. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const;

function zeroOf(type: string): JsonValue {
  switch (type) {
    case 'string':
      return '';
    case 'int':
    case 'intorstr':
      return 0;
    case 'bool':
      return false;
    case 'quantity':
      return '0';
    case 'time':
    case 'raw':
      return null;
    default:
      return /^[plm] /.test(type) ? null : struct(type, {});
  }
}

function convert(type: string, value: JsonValue | undefined): JsonValue {
  if (value === undefined || value === null) return zeroOf(type);
  const inner = type.slice(2);
  if (type.startsWith('p ')) return convert(inner, value);
  if (type.startsWith('l ')) return (value as readonly JsonValue[]).map((each) => convert(inner, each));
  if (type.startsWith('m ')) {
    const map = value as JsonObject;
    return Object.fromEntries(
      Object.keys(map)
        .sort()
        .map((each) => [each, convert(inner, map[each])]),
    );
  }
  return types[type] && isJsonObject(value) ? struct(type, value) : value;
}

const isEmpty = (value: JsonValue): boolean =>
  value === null || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

function struct(type: string, given: JsonObject): JsonObject {
  const value = type === 'PodSpec' ? withHostFields(given) : given;
  const form: Record<string, JsonValue> = {};
  for (const [shown, name, fieldType, omitted] of types[type] ?? []) {
    const converted = convert(fieldType, name === '' ? undefined : value[name]);
    if (shown === '') Object.assign(form, converted);
    else if (!omitted || !isEmpty(converted)) form[shown] = converted;
  }
  return form;
}

function withHostFields(spec: JsonObject): JsonObject {
  const moved = Object.fromEntries(HOST_FIELDS.filter((each) => spec[each] !== undefined && spec[each] !== null).map((each) => [each, spec[each]]));
  if (!isJsonObject(spec['securityContext']) && Object.keys(moved).length === 0) return spec;
  return { ...spec, securityContext: { ...(spec['securityContext'] as JsonObject | undefined), ...moved } };
}

/** `type` as in the facts: `PodSpec`, `meta.LabelSelector`, `l string` … */
export const internalForm = (type: string, value: unknown): JsonValue => convert(type, value as JsonValue | undefined);

/** Absent lists and maps are the same as empty ones. */
function semanticallyEqual(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (a === null) return typeof b === 'object' && Object.keys(b ?? {}).length === 0;
  if (b === null) return typeof a === 'object' && Object.keys(a).length === 0;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each: JsonValue, i) => semanticallyEqual(each, b[i] as JsonValue));
  if (Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, JsonValue>>;
  const right = b as Readonly<Record<string, JsonValue>>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((each) => right[each] !== undefined && semanticallyEqual(left[each] as JsonValue, right[each]))
  );
}

export const sameInternally = (type: string, a: unknown, b: unknown): boolean => a === b || semanticallyEqual(internalForm(type, a), internalForm(type, b));
