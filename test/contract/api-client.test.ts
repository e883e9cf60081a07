// What every ApiClient has to do, tried on the in-process one and on the one over HTTPS against the same server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigMap } from '../../src/kube/api/core-v1.ts';
import { configMaps, deployments, namespaces } from '../../src/kube/api/resources.ts';
import type { ApiClient } from '../../src/kube/client/api-client.ts';
import { HttpClient } from '../../src/kube/client/http-client.ts';
import { Informer } from '../../src/kube/client/informer.ts';
import { isConflict, isNotFound, isStatusError } from '../../src/kube/machinery/status-error.ts';
import { wallClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { ApiServer } from '../../src/sim/apiserver/api-server.ts';
import { bootstrap } from '../../src/sim/apiserver/bootstrap.ts';
import { InProcessClient } from '../../src/sim/apiserver/client.ts';
import { createPaths } from '../../src/sim/apiserver/http/paths.ts';
import { HttpServer } from '../../src/sim/apiserver/http/server.ts';
import { OpenApi } from '../../src/sim/apiserver/openapi/openapi.ts';
import { createPki } from '../../src/sim/apiserver/authentication/pki.ts';
import { authenticated, MASTERS } from '../../src/sim/apiserver/authentication/user.ts';
import { seededRandom } from '../../src/sim/kernel/random.ts';
import { Store } from '../../src/sim/storage/store.ts';

const clients: Record<string, ApiClient> = {};
const closers: (() => Promise<void> | void)[] = [];
const at = { namespace: 'default' };

beforeAll(async () => {
  const pki = await createPki(wallClock.now());
  const api = new ApiServer({
    store: Store.open({ folder: undefined, logger: silentLogger }),
    clock: wallClock,
    random: seededRandom(1),
    log: silentLogger,
    serviceAccountKey: pki.serviceAccountKey,
  });
  const paths = createPaths(api, new OpenApi(api.resources, () => ({}) as never));
  const http = new HttpServer({ api, paths, ca: pki.ca.certificate, certificate: pki.server.certificate, key: pki.server.key });
  const server = `https://127.0.0.1:${await http.listen(0)}`;
  await bootstrap(api.context, { ca: pki.ca.certificate, server });
  clients['in process'] = new InProcessClient(api, authenticated('admin', [MASTERS]), () => ({}));
  const remote = new HttpClient({
    server,
    ca: pki.ca.certificate,
    clientCertificate: pki.admin.certificate,
    clientKey: pki.admin.key,
    userAgent: 'contract/1',
  });
  clients['over HTTPS'] = remote;
  closers.push(
    () => remote.close(),
    () => http.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

describe.each(['in process', 'over HTTPS'])('the client %s', (kind) => {
  const client = (): ApiClient => clients[kind] as ApiClient;
  const name = kind.replaceAll(' ', '-').toLowerCase();

  it('creates, reads, changes and deletes; what comes out is frozen', async () => {
    const made = await client().create(configMaps, { metadata: { name }, data: { a: '1' } }, at);
    expect(Object.isFrozen(made.metadata)).toBe(true);
    expect(await client().get(configMaps, name, at)).toEqual(made);
    const updated = await client().update(configMaps, { ...made, data: { a: '2' } });
    await expect(client().update(configMaps, { ...made, data: { a: '3' } })).rejects.toSatisfy(isConflict);
    const merged = await client().patch(configMaps, name, 'merge', { data: { b: '1' } }, at);
    expect(merged.data).toEqual({ a: '2', b: '1' });
    const patched = await client().patch(configMaps, name, 'json', [{ op: 'remove', path: '/data/a' }], at);
    expect(patched.data).toEqual({ b: '1' });
    expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(updated.metadata.resourceVersion));
    await client().delete(configMaps, name, { ...at, preconditions: { uid: made.metadata.uid ?? '' } });
    await expect(client().get(configMaps, name, at)).rejects.toSatisfy(isNotFound);
  });

  it('rejects with the words of the API', async () => {
    await expect(client().get(deployments, 'nope', at)).rejects.toThrow('deployments.apps "nope" not found');
    await expect(client().create(configMaps, { metadata: { name: 'Not Valid' } }, at)).rejects.toSatisfy(
      (error) => isStatusError(error, 'Invalid') && error.code === 422,
    );
  });

  it('lists with selectors, page by page, each item with its kind', async () => {
    for (const i of [1, 2, 3]) await client().create(configMaps, { metadata: { name: `${name}-${i}`, labels: { of: name } } }, at);
    const first = await client().list(configMaps, { ...at, labelSelector: `of=${name}`, limit: 2 });
    expect(first.items.map(({ kind: itemKind, apiVersion }) => `${apiVersion} ${itemKind}`)).toEqual(['v1 ConfigMap', 'v1 ConfigMap']);
    const rest = await client().list(configMaps, { ...at, labelSelector: `of=${name}`, limit: 2, continue: first.metadata.continue ?? '' });
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual([`${name}-3`]);
    await client().deleteCollection(configMaps, { ...at, labelSelector: `of=${name}` });
    expect((await client().list(configMaps, { ...at, labelSelector: `of=${name}` })).items).toEqual([]);
  });

  it('watches: first what exists, then a bookmark, then what happens', async () => {
    await client().create(configMaps, { metadata: { name: `${name}-w`, labels: { watched: name } } }, at);
    const seen: string[] = [];
    const listed = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const handle = client().watch<ConfigMap>(
      configMaps,
      { ...at, labelSelector: `watched=${name}`, sendInitialEvents: true, allowBookmarks: true },
      {
        event({ type, object }) {
          if (type === 'BOOKMARK' && object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') listed.resolve();
          else seen.push(`${type} ${Object.isFrozen(object)}`);
          if (type === 'DELETED') handle.stop();
        },
        end: (error) => {
          if (error) done.reject(error);
          else done.resolve();
        },
      },
    );
    await listed.promise;
    expect(seen).toEqual(['ADDED true']);
    await client().patch(configMaps, `${name}-w`, 'merge', { data: { x: 'y' } }, at);
    await client().delete(configMaps, `${name}-w`, at);
    await done.promise;
    expect(seen).toEqual(['ADDED true', 'MODIFIED true', 'DELETED true']);
  });

  it('ends a watch that cannot start with the reason', async () => {
    const ended = new Promise<unknown>((resolve) => {
      client().watch(configMaps, { ...at, labelSelector: '!!' }, { event: () => undefined, end: resolve });
    });
    expect(isStatusError(await ended, 'BadRequest')).toBe(true);
  });

  it('feeds an informer', async () => {
    const informer = new Informer(client(), namespaces, wallClock);
    informer.start();
    await informer.synced;
    expect(informer.get('kube-system')?.kind).toBe('Namespace');
    informer.stop();
  });
});
