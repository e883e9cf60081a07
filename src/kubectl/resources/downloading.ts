// Manifests by their address. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (URLVisitor) and Go's http.Client
import { textOf, type WireAnswer } from '../../kube/client/transport.ts';
import { parseUrl, urlProblem } from '../../kube/machinery/go-url.ts';
import { proxyInEnvironment } from '../client/proxies.ts';
import { unreachable } from '../client/unreachable.ts';
import { CommandError, UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';

const ATTEMPTS = 3;
const MOST_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];
const USER_AGENT = 'Go-http-client/1.1';
const MOST_PORTS = 65_535;

/** Throws kubectl's sentence for what is no address. */
export function confirmAddress(address: string): void {
  const problem = urlProblem(address.replace(/#.*$/s, ''), false);
  if (problem !== undefined) throw new CommandError(`the URL passed to filename ${goQuote(address)} is not valid: ${problem}`);
}

export async function download(address: string, ports: Ports): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === ATTEMPTS;
    try {
      const { status, statusText, text } = await get(address, ports);
      if (status === 200) return text;
      if (status < 500 || isLast)
        throw new CommandError(`unable to read URL ${goQuote(address)}, server reported ${status} ${statusText}, status code=${status}`);
    } catch (error) {
      if (isLast || !(error instanceof UnreachableError)) throw error;
    }
  }
}

/** What is found where redirects lead. Rejects with UnreachableError. */
async function get(address: string, ports: Ports): Promise<{ readonly status: number; readonly statusText: string; readonly text: string }> {
  let at = address;
  for (let followed = 0; ; followed++) {
    const { server, path, url } = placeOf(at);
    const fail = (reason: string): UnreachableError => new UnreachableError(url?.host ?? '', reason, { during: `Get ${goQuote(at)}: ` });
    if (!url) throw fail('http: no Host in request URL');
    const { username, password } = url;
    const proxy = await proxyInEnvironment(server, ports.env);
    const transport = await ports.openTransport({
      server: url.origin,
      userAgent: USER_AGENT,
      ...(proxy ? { proxy } : {}),
      ...(username || password ? { basicAuth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } } : {}),
    });
    try {
      const answer: WireAnswer = await transport.send({ method: 'GET', path }).catch((error: unknown) => {
        throw unreachable(error, { server, method: 'GET', path });
      });
      const { status, statusText, headers } = answer;
      const { location } = headers;
      if (!REDIRECTS.includes(status) || (status > 303 && location === undefined)) return { status, statusText, text: await textOf(answer.body) };
      if (typeof location !== 'string' || location === '') throw fail(`${status} response missing Location header`);
      if (followed + 1 >= MOST_REDIRECTS) throw fail(`stopped after ${MOST_REDIRECTS} redirects`);
      if (!URL.canParse(location, url.href)) throw fail(`failed to parse Location header ${goQuote(location)}: ${urlProblem(location, false) ?? ''}`);
      at = new URL(location, url).href;
    } finally {
      transport.close();
    }
  }
}

/** No `url` where no host is named. Throws UnreachableError for a port that there is none of. */
function placeOf(address: string): { readonly server: string; readonly path: string; readonly url: URL | undefined } {
  const { scheme, host } = parseUrl(address.replace(/#.*$/s, ''), false);
  const server = `${scheme}://${host}`;
  if (host === '') return { server, path: '/', url: undefined };
  const port = /:(\d+)$/.exec(host)?.[1] ?? '';
  if (Number(port) > MOST_PORTS) throw new UnreachableError(host, `dial tcp: address ${port}: invalid port`);
  const url = new URL(host.startsWith(':') ? address.replace(host, `localhost${host}`) : address);
  return { server, path: `${url.pathname}${url.search}`, url };
}
