// Which proxy leads to a server, as the environment says it: HTTP_PROXY, HTTPS_PROXY, NO_PROXY. Models Go's golang.org/x/net/http/httpproxy
import { UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';

type Environment = Ports['env'];

/** Undefined for none. Rejects for an address that is none. */
export async function proxyInEnvironment(server: string, env: Environment): Promise<string | undefined> {
  const name = /^https:/i.test(server) ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const given = variable(env, name);
  if (!given || !URL.canParse(server)) return undefined;
  const { isExempt } = await import('./proxy-exemptions.ts');
  if (isExempt(new URL(server), variable(env, 'NO_PROXY'))) return undefined;
  const { parseUrl, urlProblem } = await import('../../kube/machinery/go-url.ts');
  const problem = urlProblem(given, false);
  if (problem === undefined && /^[a-z][\w+.-]*:\/\/[^/]/i.test(given)) return isKnown(parseUrl(given, false).scheme) ? given : given.replace(/^[^:]*/, 'http');
  // What is no address may be one without its scheme.
  const whole = `http://${given}`;
  if (urlProblem(whole, false) === undefined && URL.canParse(whole)) return whole;
  throw new UnreachableError(new URL(server).host, `invalid proxy address ${goQuote(given)}: ${problem ?? ''}`);
}

/** Others are taken for http. */
const isKnown = (scheme: string): boolean => ['http', 'https', 'socks5', 'socks5h'].includes(scheme);

const variable = (env: Environment, name: string): string => env[name] || env[name.toLowerCase()] || '';
