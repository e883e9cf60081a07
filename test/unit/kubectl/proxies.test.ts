// Which servers the proxy of the environment leads to.
import { describe, expect, test } from 'vitest';
import { proxyInEnvironment } from '../../../src/kubectl/client/proxies.ts';
import { failureText } from '../../../src/kubectl/failures.ts';

const SERVER = 'https://api.example.org:6443';
const through = (noProxy: string, server = SERVER): Promise<string | undefined> =>
  proxyInEnvironment(server, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: noProxy });

describe('the proxy of the environment', () => {
  test.each<[Record<string, string>, string, string | undefined]>([
    [{}, SERVER, undefined],
    [{ HTTPS_PROXY: 'http://proxy:1' }, SERVER, 'http://proxy:1'],
    [{ https_proxy: 'proxy:1' }, SERVER, 'http://proxy:1'],
    [{ HTTP_PROXY: 'http://proxy:1' }, SERVER, undefined],
    [{ HTTP_PROXY: 'http://proxy:1' }, 'http://api.example.org', 'http://proxy:1'],
    [{ HTTPS_PROXY: 'socks5h://proxy' }, SERVER, 'socks5h://proxy'],
    [{ HTTPS_PROXY: 'ftp://proxy' }, SERVER, 'http://proxy'],
    [{ HTTPS_PROXY: 'http://proxy:1' }, 'https://localhost:6443', undefined],
    [{ HTTPS_PROXY: 'http://proxy:1' }, 'https://127.8.0.1:6443', undefined],
    [{ HTTPS_PROXY: 'http://proxy:1' }, 'https://[::1]:6443', undefined],
  ])('%j to %s: %s', async (env, server, proxy) => {
    expect(await proxyInEnvironment(server, env)).toBe(proxy);
  });

  test.each(['*', 'example.org', '.example.org', '*.example.org', 'api.example.org', 'API.example.org:6443', 'x, .org ,y'])(
    'NO_PROXY=%s exempts it',
    async (rule) => {
      expect(await through(rule)).toBeUndefined();
    },
  );
  test.each(['', 'ample.org', 'api.example.org:443', 'x.api.example.org', '10.0.0.0/8', '.api.example.org'])('NO_PROXY=%s does not', async (rule) => {
    expect(await through(rule)).toBe('http://proxy:3128');
  });
  test.each<[string, boolean]>([
    ['10.0.0.0/8', true],
    ['10.1.2.3', true],
    ['10.1.2.3:6443', true],
    ['10.1.2.3:443', false],
    ['11.0.0.0/8', false],
  ])('of an address NO_PROXY=%s: %s', async (rule, isExempt) => {
    expect(await through(rule, 'https://10.1.2.3:6443')).toBe(isExempt ? undefined : 'http://proxy:3128');
  });

  test('what is no address is told', async () => {
    const failure: unknown = await proxyInEnvironment(SERVER, { HTTPS_PROXY: '[::' }).catch((error: unknown) => error);
    expect(failureText(failure).text).toBe(
      'Unable to connect to the server: invalid proxy address "[::": parse "[::": first path segment in URL cannot contain colon',
    );
  });
});
