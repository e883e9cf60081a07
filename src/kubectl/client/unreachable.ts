// Why a server cannot be reached, in the words of Go's net and crypto/tls packages.
import { messageOf } from '../../errors/app-error.ts';
import { UnreachableError } from '../failures.ts';

interface Attempt {
  readonly server: string;
  readonly method: string;
  readonly path: string;
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ETIMEDOUT: 'connect: connection timed out',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
};
const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const TLS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  ECONNRESET: 'EOF',
  EPIPE: 'write: broken pipe',
};

/** What the network failed with; anything else comes back as it is. */
export function unreachable(error: unknown, { server, method, path }: Attempt): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const url = new URL(server);
  const address = 'address' in error && typeof error.address === 'string' ? error.address : url.hostname;
  const host = address.includes(':') ? `[${address}]` : address;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  // As it was written: a port that is the scheme's own is said too.
  const [, written = url.host] = /^\w+:\/\/([^/?#]+)/.exec(server) ?? [];
  const verb = `${method[0] ?? ''}${method.slice(1).toLowerCase()}`;
  const during = `${verb} ${JSON.stringify(`${server}${path}`)}: `;
  if (NETWORK[code]) return new UnreachableError(written, `${during}dial tcp ${host}:${port}: ${NETWORK[code]}`, code === 'ECONNREFUSED');
  if (code === 'ENOTFOUND') return new UnreachableError(written, `dial tcp: lookup ${url.hostname}: no such host`, false);
  if (code === 'EAI_AGAIN') return new UnreachableError(written, `dial tcp: lookup ${url.hostname}: Temporary failure in name resolution`, false);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new UnreachableError(written, `tls: failed to verify certificate: x509: ${alternatives(error, url.hostname)}`, false);
  if (TLS[code]) return new UnreachableError(written, TLS[code] ?? '', false);
  if (/HTTP_INVALID|HPE_INVALID/.test(code)) return new UnreachableError(written, 'http: server gave HTTP response to HTTPS client', false);
  if (/no answer within/.test(error.message))
    return new UnreachableError(written, 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)', false);
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return new UnreachableError(written, tlsSentence(error), false);
  return error;
}

function tlsSentence(error: Error): string {
  const message = messageOf(error);
  if (/wrong version number|packet length too long/.test(message)) return 'http: server gave HTTP response to HTTPS client';
  if (/bad certificate/.test(message)) return 'remote error: tls: bad certificate';
  return message;
}

function alternatives(error: Error, host: string): string {
  const names = /DNS:/.test(error.message) || /IP Address:/.test(error.message);
  const isAddress = /^[\d.]+$|:/.test(host);
  const listed = [...error.message.matchAll(isAddress ? /IP Address:([^,\s]+)/g : /DNS:([^,\s]+)/g)].map(([, name = '']) => name);
  return names ? `certificate is valid for ${listed.join(', ')}, not ${host}` : `certificate is not valid for any names, but wanted to match ${host}`;
}
