// A PKCS#10 request inside PEM: who asks, and whether the one who asks has the key. Models kubernetes/pkg/apis/certificates/helpers.go and Go's crypto/x509
import { createPublicKey, verify } from 'node:crypto';
import { derInside, derNameValues, DerSyntaxError, firstDer, malformedDer, pemBlock } from '../../../kube/machinery/der.ts';

export interface ParsedRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  isSigned(): boolean;
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

/** `request` is the base64 text of the field. Throws DerSyntaxError. */
export function parseRequest(request: string): ParsedRequest {
  const block = pemBlock(Buffer.from(request, 'base64').toString('latin1'));
  if (block?.type !== 'CERTIFICATE REQUEST') throw new DerSyntaxError('PEM block type must be CERTIFICATE REQUEST');
  try {
    const [info, algorithm, signature] = derInside(firstDer(block.bytes));
    if (!info || !algorithm || !signature) throw malformedDer();
    const [, subject, key] = derInside(info);
    if (!subject || !key) throw malformedDer();
    const digest = DIGESTS[firstDer(algorithm.content).content.toString('hex')] ?? null;
    return {
      commonName: derNameValues(subject, COMMON_NAME).at(-1) ?? '',
      organizations: derNameValues(subject, ORGANIZATION),
      isSigned: () => verify(digest, info.whole, createPublicKey({ key: key.whole, format: 'der', type: 'spki' }), signature.content.subarray(1)),
    };
  } catch (error) {
    throw error instanceof DerSyntaxError ? error : malformedDer();
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
      const [inner] = derInside(firstDer(Buffer.from(body.replaceAll(/\s/g, ''), 'base64')));
      if (!inner) return 'x509: malformed certificate';
    } catch {
      return 'x509: malformed certificate';
    }
  }
  return blocks.length ? undefined : 'must contain at least one CERTIFICATE PEM block';
}
