// Kubeconfig files: merged as kubectl merges them, resolved to a connection, and errors that name file and field.
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadKubeconfig } from '../../../src/kube/kubeconfig/load.ts';
import { parseKubeconfig } from '../../../src/kube/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../../src/kube/kubeconfig/render.ts';
import { resolveContext } from '../../../src/kube/kubeconfig/resolve.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

/** Writes files into a new folder and loads them as $KUBECONFIG. */
function load(files: Readonly<Record<string, string>>): { folder: string; config: ReturnType<typeof loadKubeconfig> } {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return {
    folder,
    config: loadKubeconfig({
      env: {
        KUBECONFIG: Object.keys(files)
          .map((name) => join(folder, name))
          .join(delimiter),
      },
    }),
  };
}

const entry = (kind: 'cluster' | 'user' | 'context', name: string, fields: string): string => `${kind}s:\n- name: ${name}\n  ${kind}: {${fields}}\n`;
const complete = (cluster = 'server: https://10.0.0.1:6443', user = 'token: secret'): string =>
  `current-context: dev\n${entry('cluster', 'c', cluster)}${entry('user', 'u', user)}${entry('context', 'dev', 'cluster: c, user: u')}`;

describe('our own file', () => {
  it('is read back as it was written', async () => {
    const text = renderKubeconfig({
      cluster: 'kubernetes',
      context: 'ckadet-cka',
      user: 'kubernetes-admin',
      server: 'https://127.0.0.1:6443',
      ca: PEM,
      clientCertificate: PEM,
      clientKey: PEM,
    });
    expect(await resolveContext(parseKubeconfig(text, 'f'))).toEqual({
      context: 'ckadet-cka',
      server: 'https://127.0.0.1:6443',
      ca: PEM,
      clientCertificate: PEM,
      clientKey: PEM,
      insecureSkipTlsVerify: false,
      namespace: 'default',
    });
  });
});

describe('merging', () => {
  it('the first file that sets a value wins, missing files are skipped', async () => {
    const { folder, config } = load({
      one: `current-context: a\n${entry('context', 'a', 'cluster: c, user: u, namespace: one')}`,
      two: `current-context: b\n${entry('context', 'a', 'cluster: c, user: u, namespace: two')}${entry('cluster', 'c', 'server: https://h:1')}${entry('user', 'u', 'token: t')}`,
    });
    expect(await resolveContext(await config)).toMatchObject({ context: 'a', namespace: 'one', server: 'https://h:1', token: 't' });
    const withMissing = await loadKubeconfig({ env: { KUBECONFIG: ['/none', join(folder, 'one'), ''].join(delimiter) } });
    expect(withMissing.files).toEqual([join(folder, 'one')]);
  });

  it('without $KUBECONFIG it is ~/.kube/config, and none is empty', async () => {
    const home = scratchFolder();
    expect((await loadKubeconfig({ env: { HOME: home } })).contexts.size).toBe(0);
    mkdirSync(join(home, '.kube'));
    writeFileSync(join(home, '.kube', 'config'), complete());
    expect((await loadKubeconfig({ env: { HOME: home } })).currentContext).toBe('dev');
  });

  it('a file named explicitly must exist', async () => {
    await expect(loadKubeconfig({ env: {}, file: '/none' })).rejects.toMatchObject({ code: 'KUBECONFIG_NOT_FOUND', exitCode: 3 });
  });
});

describe('resolving', () => {
  it('reads files relative to the kubeconfig, and data in place first', async () => {
    const { folder, config } = load({
      k: complete(
        'server: https://h/, certificate-authority: ca.pem',
        `client-certificate: ca.pem, client-key-data: ${Buffer.from(PEM).toString('base64')}, client-key: none`,
      ),
      'ca.pem': PEM,
    });
    await expect(config).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID', what: expect.stringContaining('ca.pem') as string });
    const alone = await loadKubeconfig({ env: {}, file: join(folder, 'k') });
    expect(await resolveContext(alone)).toMatchObject({ server: 'https://h', ca: PEM, clientCertificate: PEM, clientKey: PEM });
  });

  it('reads a token from its file', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'k'), complete(undefined, 'tokenFile: t, token: older'));
    writeFileSync(join(folder, 't'), 'newer\n');
    expect(await resolveContext(await loadKubeconfig({ env: {}, file: join(folder, 'k') }))).toMatchObject({ token: 'newer' });
  });

  it.each([
    ['no server', complete(''), 'server of cluster "c"', 'it is missing'],
    ['a server that is no address', complete('server: 10.0.0.1'), 'server of cluster "c"', 'not an http or https address'],
    ['a missing file', complete('server: https://h, certificate-authority: /none.pem'), 'certificate-authority of cluster "c"', 'there is no file /none.pem'],
    [
      'data that is no PEM',
      complete('server: https://h, certificate-authority-data: aGVsbG8='),
      'certificate-authority of cluster "c"-data',
      'not base64 of a PEM block',
    ],
    ['a plugin', complete(undefined, 'exec: {command: aws}'), 'exec of user "u"', 'does not run credential plugins (aws)'],
    ['a proxy of another kind', complete('server: https://h, proxy-url: ftp://p'), 'proxy-url of cluster "c"', 'socks5'],
    ['an unknown cluster', `current-context: dev\n${entry('context', 'dev', 'cluster: x, user: u')}`, 'cluster of context "dev"', 'there is no cluster "x"'],
    [
      'an unknown user',
      `current-context: dev\n${entry('context', 'dev', 'cluster: c, user: x')}${entry('cluster', 'c', 'server: https://h')}`,
      'user of context "dev"',
      'there is no user "x"',
    ],
  ])('%s is named', async (_what, text, field, why) => {
    await expect(resolveContext(parseKubeconfig(text, 'my.conf'))).rejects.toMatchObject({
      code: 'KUBECONFIG_INVALID',
      exitCode: 3,
      what: expect.stringContaining(`${field} in my.conf`) as string,
      why: expect.stringContaining(why) as string,
    });
  });

  it('reads the proxy of a cluster', async () => {
    const config = parseKubeconfig(complete('server: https://h, proxy-url: http://p:3128'), 'my.conf');
    expect(await resolveContext(config)).toMatchObject({ server: 'https://h', proxy: 'http://p:3128' });
  });

  it('suggests the context that was meant', async () => {
    const config = parseKubeconfig(complete(), 'my.conf');
    await expect(resolveContext(config, 'dve')).rejects.toMatchObject({
      code: 'CONTEXT_NOT_FOUND',
      exitCode: 2,
      why: 'did you mean "dev"? (looked in my.conf)',
    });
    await expect(resolveContext(parseKubeconfig('', 'my.conf'))).rejects.toMatchObject({ code: 'CONTEXT_NOT_SET', exitCode: 2 });
  });
});

describe('reading', () => {
  it.each([
    ['clusters: 5', 'clusters should be a list'],
    ['clusters: [5]', 'clusters[0] should be a mapping'],
    ['clusters: [{cluster: {server: https://h}}]', 'clusters[0].name is missing'],
    ['clusters: [{name: c, cluster: {server: 5}}]', 'clusters[0].cluster.server should be text and is 5'],
    ['clusters: [{name: c, cluster: {insecure-skip-tls-verify: maybe}}]', 'clusters[0].cluster.insecure-skip-tls-verify should be true or false'],
    ['- a', 'the file should be a mapping'],
    ['a: [', 'is not YAML'],
  ])('%j: %s', (text, why) => {
    expect(() => parseKubeconfig(text, 'my.conf')).toThrowError(
      expect.objectContaining({ code: 'KUBECONFIG_INVALID', what: 'cannot read the kubeconfig my.conf', why: expect.stringContaining(why) as string }) as Error,
    );
  });

  it('takes empty entries as kubectl writes them', () => {
    const config = parseKubeconfig('apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n', 'f');
    expect(config).toMatchObject({ currentContext: undefined });
    expect(config.clusters.size).toBe(0);
  });
});
