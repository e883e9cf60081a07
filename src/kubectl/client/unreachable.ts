// Why a server cannot be reached, in the words of Go's net and crypto/tls packages.
import { messageOf } from '../../errors/app-error.ts';
import { ProxyFailure } from '../../kube/client/transport.ts';
import { UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';

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

const NO_TLS = 'http: server gave HTTP response to HTTPS client';

/** What the network failed with; anything else comes back as it is. */
export function unreachable(error: unknown, { server, method, path }: Attempt): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const url = new URL(server.replace('://:', '://localhost:'));
  // As it was written: a port that is the scheme's own is said too.
  const [, written = url.host] = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(server) ?? [];
  const verb = `${method[0] ?? ''}${method.slice(1).toLowerCase()}`;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const reason = error instanceof ProxyFailure ? `${error.during}${proxyReason(error)}` : reasonOf(error, url, port);
  if (reason === undefined) return error;
  return new UnreachableError(written, reason, { isRefused: reason.includes('connection refused'), during: `${verb} ${goQuote(`${server}${path}`)}: ` });
}

/** Through a proxy, what the proxy itself says stands as it is. */
function proxyReason({ cause, message, proxy }: ProxyFailure): string {
  const reason = reasonOf(cause as Error, new URL(`http://${proxy}`), proxy.replace(/^.*:/, '')) ?? message;
  return reason === NO_TLS ? 'tls: first record does not look like a TLS handshake' : reason;
}

/** In Go's words; undefined for what is no failure of the network. */
function reasonOf(error: Error, { hostname }: URL, port: string): string | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const address = 'address' in error && typeof error.address === 'string' ? error.address : hostname;
  const host = address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
  const syscall = 'syscall' in error ? error.syscall : undefined;
  if (NETWORK[code] && syscall !== 'read') return `dial tcp ${host}:${port}: ${NETWORK[code]}`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname}${asked(error)}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${hostname}: Temporary failure in name resolution`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `tls: failed to verify certificate: x509: ${alternatives(error, hostname)}`;
  if (TLS[code]) return TLS[code];
  if (/HTTP_INVALID|HPE_INVALID/.test(code)) return NO_TLS;
  if (/no answer within/.test(error.message)) return 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return tlsSentence(error);
  return undefined;
}

/** Which name server knew nothing, where that is known. */
const asked = (error: Error): string => ('nameServer' in error && typeof error.nameServer === 'string' ? ` on ${error.nameServer}` : '');

function tlsSentence(error: Error): string {
  const message = messageOf(error);
  if (/wrong version number|packet length too long/.test(message)) return NO_TLS;
  if (/bad certificate/.test(message)) return 'remote error: tls: bad certificate';
  return message;
}

function alternatives(error: Error, host: string): string {
  const names = /DNS:/.test(error.message) || /IP Address:/.test(error.message);
  const isAddress = /^[\d.]+$|:/.test(host);
  const listed = [...error.message.matchAll(isAddress ? /IP Address:([^,\s]+)/g : /DNS:([^,\s]+)/g)].map(([, name = '']) => name);
  return names ? `certificate is valid for ${listed.join(', ')}, not ${host}` : `certificate is not valid for any names, but wanted to match ${host}`;
}
