// The name that a writer goes by in managedFields. Models apiserver/pkg/endpoints/handlers/create.go (managerOrUserAgent)

const LONGEST_NAME_BYTES = 128;

/** Who writes: the request's fieldManager, or what its User-Agent says before the first slash. */
export function managerOf(fieldManager: string, userAgent: string): string {
  if (fieldManager) return fieldManager;
  let name = '';
  let bytes = 0;
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) continue;
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_NAME_BYTES) break;
    name += character;
  }
  return name;
}
