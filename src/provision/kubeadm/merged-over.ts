// Patches of the cluster file over what ckadet writes: mappings are merged, anything else is replaced, null takes away. Pure.
type Json = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function mergedOver(base: Json, patch: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else if (isMapping(value) && isMapping(before)) merged[key] = mergedOver(before, value);
    else merged[key] = isMapping(value) ? mergedOver({}, value) : value;
  }
  return merged;
}
