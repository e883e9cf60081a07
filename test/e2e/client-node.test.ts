// The official JavaScript client against `ckadet up`: informers, every kind of patch, server-side apply, custom resources, tokens.
import {
  ApiException,
  ApiextensionsV1Api,
  AppsV1Api,
  AuthenticationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  type KubernetesObject,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const home = temporaryFolder();
const config = new KubeConfig();
let core: CoreV1Api;
let apps: AppsV1Api;
const namespace = 'default';

beforeAll(async () => {
  const { exitCode, stderr } = await ckadet(['up', 'node-client'], { home: home.path });
  if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
  config.loadFromFile((await ckadet(['kubeconfig', 'node-client'], { home: home.path })).stdout.trim());
  core = config.makeApiClient(CoreV1Api);
  apps = config.makeApiClient(AppsV1Api);
});
afterAll(async () => {
  await ckadet(['down', 'node-client', '--delete'], { home: home.path });
  home.remove();
});

const as = (strategy: PatchStrategy): ReturnType<typeof setHeaderOptions> => setHeaderOptions('Content-Type', strategy);
const configMap = (name: string, data: Record<string, string>): V1ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });

test('finds the server', async () => {
  expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\.35\./);
});

test('an informer sees what is there, what comes, changes and goes', async () => {
  await core.createNamespacedConfigMap({
    namespace,
    body: { ...configMap('seen-before', { a: '1' }), metadata: { name: 'seen-before', labels: { seen: 'yes' } } },
  });
  const labelSelector = 'seen=yes';
  const informer = makeInformer<V1ConfigMap>(
    config,
    `/api/v1/namespaces/${namespace}/configmaps`,
    () => core.listNamespacedConfigMap({ namespace, labelSelector }),
    labelSelector,
  );
  const seen: string[] = [];
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const note = (text: string): void => {
    seen.push(text);
    for (const each of waiting) if (each.text === text) each.resolve();
  };
  const comes = (text: string): Promise<void> => (seen.includes(text) ? Promise.resolve() : new Promise((resolve) => waiting.push({ text, resolve })));
  for (const verb of ['add', 'update', 'delete'] as const)
    informer.on(verb, ({ metadata, data }) => note(`${verb} ${metadata?.name ?? ''} ${data?.['a'] ?? ''}`));
  await informer.start();
  await comes('add seen-before 1');
  await core.createNamespacedConfigMap({ namespace, body: { ...configMap('seen-new', { a: '2' }), metadata: { name: 'seen-new', labels: { seen: 'yes' } } } });
  await comes('add seen-new 2');
  await core.patchNamespacedConfigMap({ namespace, name: 'seen-new', body: { data: { a: '3' } } }, as(PatchStrategy.MergePatch));
  await comes('update seen-new 3');
  await core.deleteNamespacedConfigMap({ namespace, name: 'seen-new' });
  await comes('delete seen-new 3');
  await informer.stop();
  expect(seen).toEqual(['add seen-before 1', 'add seen-new 2', 'update seen-new 3', 'delete seen-new 3']);
});

describe('patches', () => {
  beforeAll(async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27', env: [{ name: 'A', value: '1' }] }] } };
    await apps.createNamespacedDeployment({
      namespace,
      body: { metadata: { name: 'web' }, spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template } },
    });
  });
  const patch = (body: object, strategy: PatchStrategy): ReturnType<AppsV1Api['patchNamespacedDeployment']> =>
    apps.patchNamespacedDeployment({ namespace, name: 'web', body }, as(strategy));

  test('of JSON, merge and strategic kind do what each of them means', async () => {
    await patch(
      [
        { op: 'test', path: '/spec/replicas', value: 0 },
        { op: 'add', path: '/metadata/labels', value: { tier: 'front' } },
      ],
      PatchStrategy.JsonPatch,
    );
    await patch({ metadata: { annotations: { note: 'merged' } } }, PatchStrategy.MergePatch);
    const merged = await patch(
      { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'B', value: '2' }] }] } } } },
      PatchStrategy.StrategicMergePatch,
    );
    expect(merged.metadata?.labels).toEqual({ tier: 'front' });
    expect(merged.metadata?.annotations?.['note']).toBe('merged');
    expect(merged.spec?.template.spec?.containers.map(({ name, image, env }) => [name, image, env?.map((each) => each.name).sort()])).toEqual([
      ['web', 'nginx:1.27', ['A', 'B']],
    ]);
  });

  test('through status and scale change those alone', async () => {
    const scale = await apps.patchNamespacedDeploymentScale({ namespace, name: 'web', body: { spec: { replicas: 2 } } }, as(PatchStrategy.MergePatch));
    expect(scale.spec?.replicas).toBe(2);
    expect((await apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas).toBe(2);
  });
});

describe('server-side apply', () => {
  const objects = (): KubernetesObjectApi => KubernetesObjectApi.makeApiClient(config);
  const apply = (manager: string, data: Record<string, string>, force?: boolean): Promise<V1ConfigMap> =>
    objects().patch(configMap('applied', data), undefined, undefined, manager, force, PatchStrategy.ServerSideApply);

  test('creates, shares, conflicts, takes over and takes away', async () => {
    await apply('one', { a: '1', b: '2' });
    await expect(apply('two', { a: '9' })).rejects.toMatchObject({ code: 409 });
    expect((await apply('two', { a: '9' }, true)).data).toEqual({ a: '9', b: '2' });
    const last = await apply('one', { b: '2' });
    expect(last.data).toEqual({ a: '9', b: '2' });
    expect(last.metadata?.managedFields?.map(({ manager, operation }) => `${manager ?? ''} ${operation ?? ''}`).sort()).toEqual(['one Apply', 'two Apply']);
    expect((await apply('one', {})).data).toEqual({ a: '9' });
  });
});

test('custom resources are served as soon as they are established', async () => {
  const extensions = config.makeApiClient(ApiextensionsV1Api);
  const name = 'crons.e2e.example.com';
  await extensions.createCustomResourceDefinition({
    body: {
      metadata: { name },
      spec: {
        group: 'e2e.example.com',
        scope: 'Namespaced',
        names: { plural: 'crons', kind: 'Cron' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { every: { type: 'string', _default: '1h' } } } } },
            },
          },
        ],
      },
    },
  });
  const informer = makeInformer(config, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', () => extensions.listCustomResourceDefinition());
  await new Promise<void>((resolve) => {
    const check = (crd: {
      readonly metadata?: { readonly name?: string };
      readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
    }): void => {
      if (crd.metadata?.name === name && crd.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) resolve();
    };
    informer.on('add', check);
    informer.on('update', check);
    void informer.start();
  });
  await informer.stop();
  const made = await KubernetesObjectApi.makeApiClient(config).create({
    apiVersion: 'e2e.example.com/v1',
    kind: 'Cron',
    metadata: { name: 'daily', namespace },
    spec: {},
  } as KubernetesObject);
  expect(made).toMatchObject({ kind: 'Cron', spec: { every: '1h' } });
});

test('tokens of service accounts are asked for and known again; failures carry their status', async () => {
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name: 'default', body: { spec: { audiences: [], expirationSeconds: 600 } } });
  const review = await config.makeApiClient(AuthenticationV1Api).createTokenReview({ body: { spec: { token: status?.token ?? '' } } });
  expect(review.status?.user?.username).toBe('system:serviceaccount:default:default');
  const failure: unknown = await core.readNamespacedPod({ namespace, name: 'nobody' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiException);
  expect(JSON.parse((failure as ApiException<string>).body)).toMatchObject({ reason: 'NotFound', message: 'pods "nobody" not found' });
});
