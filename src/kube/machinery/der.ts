// Reading of DER, the bytes inside certificates and requests, and of the PEM around them.

/** What Go says of bytes that cannot be read. */
export class DerSyntaxError extends Error {}

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

export const malformedDer = (): DerSyntaxError => new DerSyntaxError('asn1: syntax error: data truncated');

/** The elements one after the other. Throws DerSyntaxError. */
export function* derElements(bytes: Buffer): Generator<DerElement> {
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) throw malformedDer();
    const extra = first & 0x80 ? first & 0x7f : 0;
    if (at + 2 + extra > bytes.length) throw malformedDer();
    const length = extra ? bytes.readUIntBE(at + 2, Math.min(extra, 6)) : first;
    const start = at + 2 + extra;
    if (start + length > bytes.length) throw malformedDer();
    yield { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
    at = start + length;
  }
}
export const derInside = ({ content }: DerElement): DerElement[] => [...derElements(content)];

export function firstDer(bytes: Buffer): DerElement {
  for (const each of derElements(bytes)) return each;
  throw malformedDer();
}

/** The first block of PEM text. */
export function pemBlock(text: string): { readonly type: string; readonly bytes: Buffer } | undefined {
  const found = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (!found) return undefined;
  const [, type = '', body = ''] = found;
  return { type, bytes: Buffer.from(body.replaceAll(/\s/g, ''), 'base64') };
}

/** The values of one attribute of a distinguished name, by its object identifier in hexadecimal. */
export const derNameValues = (name: DerElement, attribute: string): string[] =>
  derInside(name).flatMap((set) =>
    derInside(set).flatMap((pair) => {
      const [type, value] = derInside(pair);
      return type && value && type.content.toString('hex') === attribute ? [value.content.toString('utf8')] : [];
    }),
  );
