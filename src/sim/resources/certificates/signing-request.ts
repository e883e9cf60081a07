// A PKCS#10 request inside PEM: who asks, and whether the one who asks has the key. Models kubernetes/pkg/apis/certificates/helpers.go and Go's crypto/x509
import { createPublicKey, verify } from 'node:crypto';

export interface ParsedRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  isSigned(): boolean;
}

/** What Go says of a request that cannot be read. */
export class RequestSyntaxError extends Error {}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

const malformed = (): RequestSyntaxError => new RequestSyntaxError('asn1: syntax error: data truncated');

function* elements(bytes: Buffer): Generator<Element> {
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) throw malformed();
    const extra = first & 0x80 ? first & 0x7f : 0;
    const length = extra ? bytes.readUIntBE(at + 2, Math.min(extra, 6)) : first;
    const start = at + 2 + extra;
    if (start + length > bytes.length) throw malformed();
    yield { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
    at = start + length;
  }
}
const inside = ({ content }: Element): Element[] => [...elements(content)];

function firstOf(bytes: Buffer): Element {
  for (const each of elements(bytes)) return each;
  throw malformed();
}

const ORGANIZATION = '55040a';
const COMMON_NAME = '550403';
/** Digests by the algorithm's object identifier; Ed25519 has none. */
const DIGESTS: Readonly<Record<string, string>> = {
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};

function blockOf(text: string): { readonly type: string; readonly bytes: Buffer } | undefined {
  const found = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (!found) return undefined;
  const [, type = '', body = ''] = found;
  return { type, bytes: Buffer.from(body.replaceAll(/\s/g, ''), 'base64') };
}

/** `request` is the base64 text of the field. Throws RequestSyntaxError. */
export function parseRequest(request: string): ParsedRequest {
  const block = blockOf(Buffer.from(request, 'base64').toString('latin1'));
  if (block?.type !== 'CERTIFICATE REQUEST') throw new RequestSyntaxError('PEM block type must be CERTIFICATE REQUEST');
  try {
    const [info, algorithm, signature] = inside(firstOf(block.bytes));
    if (!info || !algorithm || !signature) throw malformed();
    const [, subject, key] = inside(info);
    if (!subject || !key) throw malformed();
    const values = (wanted: string): string[] =>
      inside(subject).flatMap((set) =>
        inside(set).flatMap((pair) => {
          const [type, value] = inside(pair);
          return type && value && type.content.toString('hex') === wanted ? [value.content.toString('utf8')] : [];
        }),
      );
    const digest = DIGESTS[firstOf(algorithm.content).content.toString('hex')] ?? null;
    return {
      commonName: values(COMMON_NAME).at(-1) ?? '',
      organizations: values(ORGANIZATION),
      isSigned: () => verify(digest, info.whole, createPublicKey({ key: key.whole, format: 'der', type: 'spki' }), signature.content.subarray(1)),
    };
  } catch (error) {
    throw error instanceof RequestSyntaxError ? error : malformed();
  }
}

/** Undefined where the certificates in the base64 text are fine. */
export function certificateProblem(base64: string): string | undefined {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  const blocks = [...text.matchAll(/-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/g)];
  for (const [, type = '', body = ''] of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (body.includes(':')) return 'no PEM block headers are permitted';
    try {
      const [inner] = inside(firstOf(Buffer.from(body.replaceAll(/\s/g, ''), 'base64')));
      if (!inner) return 'x509: malformed certificate';
    } catch {
      return 'x509: malformed certificate';
    }
  }
  return blocks.length ? undefined : 'must contain at least one CERTIFICATE PEM block';
}
