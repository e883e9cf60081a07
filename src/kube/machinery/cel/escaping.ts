// Names of fields that are no identifiers of CEL, and back. Models apiserver/pkg/cel/escaping.go
const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
export const isReserved = (name: string): boolean => RESERVED.has(name);
const WRITTEN: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };
const MEANT: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** `x-prop` is written `x__dash__prop` in rules. Undefined for what cannot be written. */
export function escapedName(name: string): string | undefined {
  if (name === '' || /^\d/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  if (/[^a-zA-Z0-9\-./_]/.test(name)) return undefined;
  return name.replaceAll(/__|[-./]/g, (each) => WRITTEN[each] ?? each);
}

/** Undefined for what no name is written as. */
export function unescapedName(escaped: string): string | undefined {
  let isKnown = true;
  const name = escaped.replaceAll(/__([^_]+)__/g, (all, inner: string) => {
    if (Object.hasOwn(MEANT, inner)) return MEANT[inner] ?? '';
    if (!RESERVED.has(inner) || all.length !== escaped.length) isKnown = false;
    return inner;
  });
  return isKnown ? name : undefined;
}
