// What a server's address may look like, and which one it means. Models kubernetes/staging/src/k8s.io/client-go/rest/url_utils.go (DefaultServerURL)
import { BareError, CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';

const unusable = (why: string): BareError => new BareError(`Unable to connect to the server: ${why}`);

/** An address with its scheme; without one it is http. Throws with client-go's sentences. */
export function serverAddress(typed: string): string {
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(typed);
  const [, scheme = '', authority = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(isWhole ? typed : `http://${typed}`) ?? [];
  const [escape] = /%.{0,2}/.exec(authority) ?? [];
  if (escape !== undefined) throw unusable(`invalid URL escape ${goQuote(escape)}`);
  const [strange] = /[^\w.~!$&'()*+,;=:@%[\]-]/.exec(authority) ?? [];
  if (strange !== undefined) throw unusable(`invalid character ${goQuote(strange)} in host name`);
  const port = /:[^:\]]*$/.exec(authority)?.[0] ?? '';
  if (!/^(:\d*)?$/.test(port)) throw unusable(`invalid port ${goQuote(port)} after host`);
  if (!isWhole && !/^\/?$/.test(rest)) throw new CommandError(`host must be a URL or a host:port pair: ${goQuote(typed)}`);
  if (!/^https?$/i.test(scheme)) throw unusable(`unsupported protocol scheme ${goQuote(scheme)}`);
  const address = `${scheme}://${authority.startsWith(':') ? 'localhost' : ''}${authority}${rest}`;
  if (!URL.canParse(address)) throw unusable(`dial tcp: address ${port.slice(1)}: invalid port`);
  return address;
}
