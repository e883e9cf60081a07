// The life of objects: creation, updates, patches, deletion, as clients see it.
import { beforeEach, describe, expect, test } from 'vitest';
import type { ConfigMap, Pod, Service } from '../../../src/kube/api/core-v1.ts';
import {
  configMaps,
  deployments,
  endpoints,
  events,
  eventsEventsV1,
  leases,
  namespaces,
  podDisruptionBudgets,
  pods,
  roleBindings,
  roles,
  secrets,
  services,
} from '../../../src/kube/api/resources.ts';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';
import type { Draft } from '../../../src/kube/machinery/object.ts';
import { authenticated } from '../../../src/sim/apiserver/authentication/user.ts';
import type { InProcessClient } from '../../../src/sim/apiserver/client.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
const shop = { namespace: 'shop' };
const pod = (name: string, more: Partial<Pod['spec']> = {}, labels: Record<string, string> = {}): Draft<Pod> => ({
  metadata: { name, namespace: 'shop', labels },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...more },
});
const web = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } },
  },
};

describe('creation', () => {
  test('fills in identity, defaults and admission', async () => {
    const made = await server.admin.create(pods, pod('a'));
    expect(made.metadata).toMatchObject({ name: 'a', namespace: 'shop', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.spec).toMatchObject({
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      enableServiceLinks: true,
    });
    expect(made.spec.containers[0]).toMatchObject({ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log' });
    expect(made.spec.volumes?.[0]?.name).toMatch(/^kube-api-access-/);
    expect(made.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  test('generates names that are free', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => server.admin.create(configMaps, { metadata: { generateName: 'c-', namespace: 'shop' } })));
    expect(new Set(made.map(({ metadata }) => metadata.name)).size).toBe(20);
    expect(made[0]?.metadata.name).toMatch(/^c-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('is refused with the words of upstream', async () => {
    await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' } });
    await expect(server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' } })).rejects.toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
    });
    await expect(server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'nowhere' } })).rejects.toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
    await expect(server.admin.create(pods, pod('b', { serviceAccountName: 'ghost' }))).rejects.toMatchObject({
      code: 403,
      message: 'pods "b" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    });
    await expect(server.admin.create(deployments, { ...web, spec: { ...web.spec, selector: { matchLabels: { app: 'other' } } } })).rejects.toMatchObject({
      code: 422,
      message: 'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    });
  });

  test('as a dry run leaves nothing', async () => {
    const made = await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' } }, { dryRun: true });
    expect(made.metadata.uid).toBeDefined();
    await expect(server.admin.get(configMaps, 'a', shop)).rejects.toMatchObject({ code: 404 });
  });

  test('of a Secret turns stringData into data', async () => {
    const made = await server.admin.create(secrets, { metadata: { name: 's', namespace: 'shop' }, stringData: { key: 'value' } });
    expect(made).toMatchObject({ type: 'Opaque', data: { key: 'dmFsdWU=' } });
    expect(made.stringData).toBeUndefined();
  });
});

describe('services', () => {
  test('get addresses and node ports of their own', async () => {
    const make = (name: string): Promise<Service> =>
      server.admin.create(services, { metadata: { name, namespace: 'shop' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } });
    const made = await Promise.all([make('a'), make('b'), make('c')]);
    expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(3);
    expect(new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort)).size).toBe(3);
  });

  test('do not take an address that another has', async () => {
    await expect(
      server.admin.create(services, { metadata: { name: 'x', namespace: 'shop' }, spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }] } }),
    ).rejects.toMatchObject({
      code: 422,
      message: 'Service "x" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    });
  });
});

describe('updates', () => {
  test('of a stale object are refused', async () => {
    const first = await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' }, data: { x: '1' } });
    await server.admin.update(configMaps, { ...first, data: { x: '2' } });
    await expect(server.admin.update(configMaps, { ...first, data: { x: '3' } })).rejects.toMatchObject({
      code: 409,
      message: 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test('that change nothing write nothing', async () => {
    const first = await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' }, data: { x: '1' } });
    const second = await server.admin.update(configMaps, first);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('of the spec count the generation, of the status do not, and neither touches the other', async () => {
    const first = await server.admin.create(deployments, web);
    const scaled = await server.admin.patch(deployments, 'web', 'merge', { spec: { replicas: 3 }, status: { replicas: 9 } }, shop);
    expect([scaled.metadata.generation, scaled.status.replicas]).toEqual([2, undefined]);
    const reported = await server.admin.patch(
      deployments,
      'web',
      'merge',
      { spec: { replicas: 7 }, status: { replicas: 3 } },
      { ...shop, subresource: 'status' },
    );
    expect([reported.metadata.generation, reported.spec.replicas, reported.status.replicas]).toEqual([2, 3, 3]);
    expect(first.metadata.generation).toBe(1);
  });

  test('by scale change replicas only', async () => {
    await server.admin.create(deployments, web);
    const scale = await server.admin.patch(deployments, 'web', 'merge', { spec: { replicas: 4 } }, { ...shop, subresource: 'scale' });
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 4 }, status: { selector: 'app=web' } });
    expect((await server.admin.get(deployments, 'web', shop)).spec.replicas).toBe(4);
  });

  test('of a pod reach its image but not its command', async () => {
    await server.admin.create(pods, pod('a'));
    const changed = await server.admin.patch(pods, 'a', 'strategic', { spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } }, shop);
    expect(changed.spec.containers[0]?.image).toBe('nginx:1.27');
    await expect(server.admin.patch(pods, 'a', 'strategic', { spec: { containers: [{ name: 'c', command: ['sleep'] }] } }, shop)).rejects.toMatchObject({
      code: 422,
    });
  });

  test('of what is not there create it by PUT where the kind allows that, never by patch', async () => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l', namespace: 'shop' }, spec: {} };
    await expect(server.admin.patch(leases, 'l', 'merge', { spec: {} }, shop)).rejects.toMatchObject({ code: 404 });
    expect((await server.admin.update(leases, lease)).metadata.uid).toBeDefined();
    await expect(server.admin.update(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' } })).rejects.toMatchObject({
      code: 404,
    });
  });

  test('by server-side apply create, own, conflict, take over by force and take away', async () => {
    const said = (data: Record<string, string>): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data });
    const apply = (fieldManager: string, data: Record<string, string>, force?: boolean): Promise<ConfigMap> =>
      server.admin.patch(configMaps, 'applied', 'apply', said(data), { ...shop, fieldManager, ...(force === undefined ? {} : { force }) });
    expect((await apply('one', { a: '1', b: '2' })).data).toEqual({ a: '1', b: '2' });
    await expect(apply('two', { a: '5' })).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await apply('two', { a: '5' }, true)).data).toEqual({ a: '5', b: '2' });
    expect((await apply('one', {})).data).toEqual({ a: '5' });
    await expect(server.admin.patch(configMaps, 'applied', 'apply', said({}), shop)).rejects.toMatchObject({ code: 422 });
  });
});

test('an empty list of managedFields forgets whom the fields belong to', async () => {
  await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' }, data: { x: '1' } });
  const owners = async (): Promise<number> => (await server.admin.get(configMaps, 'a', shop)).metadata.managedFields?.length ?? 0;
  expect(await owners()).toBe(1);
  await server.admin.patch(configMaps, 'a', 'merge', { metadata: { managedFields: [] } }, shop);
  expect(await owners()).toBe(0);
});

describe('deletion', () => {
  test('of a pod on a node waits for its kubelet', async () => {
    await server.admin.create(pods, pod('a', { nodeName: 'node01', terminationGracePeriodSeconds: 20 }));
    await server.admin.delete(pods, 'a', shop);
    expect((await server.admin.get(pods, 'a', shop)).metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:20Z', deletionGracePeriodSeconds: 20 });
    await server.admin.delete(pods, 'a', { ...shop, gracePeriodSeconds: 0 });
    await expect(server.admin.get(pods, 'a', shop)).rejects.toMatchObject({ code: 404 });
  });

  test('of a pod that no node has is done at once', async () => {
    await server.admin.create(pods, pod('a'));
    await server.admin.delete(pods, 'a', shop);
    await expect(server.admin.get(pods, 'a', shop)).rejects.toMatchObject({ code: 404 });
  });

  test('is held by finalizers, and done by the update that takes the last away', async () => {
    await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop', finalizers: ['example.com/hold'] } });
    await server.admin.delete(configMaps, 'a', shop);
    expect((await server.admin.get(configMaps, 'a', shop)).metadata.deletionTimestamp).toBeDefined();
    await server.admin.patch(configMaps, 'a', 'merge', { metadata: { finalizers: null } }, shop);
    await expect(server.admin.get(configMaps, 'a', shop)).rejects.toMatchObject({ code: 404 });
  });

  test('asks for its dependents by finalizer', async () => {
    await server.admin.create(deployments, web);
    await server.admin.delete(deployments, 'web', { ...shop, propagationPolicy: 'Foreground' });
    expect((await server.admin.get(deployments, 'web', shop)).metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('keeps to its preconditions', async () => {
    await server.admin.create(configMaps, { metadata: { name: 'a', namespace: 'shop' } });
    await expect(server.admin.delete(configMaps, 'a', { ...shop, preconditions: { uid: 'other' } })).rejects.toMatchObject({ code: 409 });
  });

  test('of the first namespaces is forbidden; of another it begins', async () => {
    await expect(server.admin.delete(namespaces, 'kube-system')).rejects.toMatchObject({
      code: 403,
      message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    });
    await server.admin.delete(namespaces, 'shop');
    expect((await server.admin.get(namespaces, 'shop')).status.phase).toBe('Terminating');
    await expect(server.admin.create(configMaps, { metadata: { name: 'late', namespace: 'shop' } })).rejects.toMatchObject({
      code: 403,
      message: 'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
    });
  });
});

describe('eviction', () => {
  const evict = (name: string): Promise<unknown> =>
    server.admin.create(pods, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'shop' } } as never, {
      ...shop,
      name,
      subresource: 'eviction',
    });
  const running = async (name: string): Promise<void> => {
    await server.admin.create(pods, pod(name, { nodeName: 'node01' }, { app: 'web' }));
    await server.admin.patch(
      pods,
      name,
      'merge',
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      { ...shop, subresource: 'status' },
    );
  };

  test('goes through while the budget allows it, and says when it does not', async () => {
    await Promise.all(['a', 'b'].map(running));
    await server.admin.create(podDisruptionBudgets, {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    await server.admin.patch(
      podDisruptionBudgets,
      'web',
      'merge',
      { status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 } },
      { ...shop, subresource: 'status' },
    );
    await evict('a');
    expect((await server.admin.get(pods, 'a', shop)).status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      reason: 'EvictionByEvictionAPI',
    });
    expect((await server.admin.get(podDisruptionBudgets, 'web', shop)).status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { a: '2026-01-01T00:00:00Z' },
    });
    await expect(evict('b')).rejects.toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 2 currently' }] },
    });
  });
});

describe('events', () => {
  test('are the same in both versions', async () => {
    await server.admin.create(eventsEventsV1, {
      metadata: { name: 'e', namespace: 'shop' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'default-scheduler',
      reportingInstance: 'x',
      action: 'Binding',
      reason: 'Scheduled',
      type: 'Normal',
      note: 'text',
      regarding: { kind: 'Pod', name: 'a', namespace: 'shop' },
    });
    expect(await server.admin.get(events, 'e', shop)).toMatchObject({
      apiVersion: 'v1',
      message: 'text',
      involvedObject: { kind: 'Pod', name: 'a' },
      reportingComponent: 'default-scheduler',
    });
    expect((await server.admin.list(events, { ...shop, fieldSelector: 'involvedObject.name=a,reason=Scheduled' })).items).toHaveLength(1);
    expect((await server.admin.list(events, { ...shop, fieldSelector: 'reason!=Scheduled' })).items).toHaveLength(0);
  });
});

test('endpoints are served although nobody plays their controller here', async () => {
  expect((await server.admin.list(endpoints)).items.map(({ metadata }) => metadata.name)).toEqual(['kubernetes']);
});

describe('what is not allowed', () => {
  const eve = (): InProcessClient => server.as(authenticated('eve'));
  beforeEach(async () => {
    await server.admin.create(roles, {
      metadata: { name: 'status-only', namespace: 'shop' },
      rules: [{ apiGroups: [''], resources: ['pods/status', 'secrets/status'], verbs: ['*'] }],
    });
    await server.admin.create(roleBindings, {
      metadata: { name: 'status-only', namespace: 'shop' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'status-only' },
      subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    await server.admin.create(secrets, { metadata: { name: 'key', namespace: 'shop' }, stringData: { a: 'b' } });
    await server.admin.create(pods, pod('a'));
  });

  test('is not to be had through a subresource that there is not', async () => {
    await expect(eve().get(secrets, 'key', { ...shop, subresource: 'status' })).rejects.toMatchObject({ code: 404 });
    await expect(eve().create(pods, pod('b'), { ...shop, subresource: 'status' })).rejects.toMatchObject({ code: 405 });
    expect((await eve().get(pods, 'a', { ...shop, subresource: 'status' })).metadata.name).toBe('a');
  });

  test('is not changed by a status update: owners of a pod', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }];
    await eve().patch(pods, 'a', 'merge', { metadata: { ownerReferences } }, { ...shop, subresource: 'status' });
    expect((await server.admin.get(pods, 'a', shop)).metadata.ownerReferences).toBeUndefined();
  });
});

describe('what failed or was only tried', () => {
  const fixed = (name: string, clusterIP: string): Draft<Service> => ({ metadata: { name, namespace: 'shop' }, spec: { clusterIP, ports: [{ port: 80 }] } });

  test('holds no address', async () => {
    await server.admin.create(services, fixed('tried', '10.96.7.7'), { ...shop, dryRun: true });
    await expect(server.admin.create(services, fixed('Bad_Name', '10.96.7.7'), shop)).rejects.toMatchObject({ code: 422 });
    expect((await server.admin.create(services, fixed('real', '10.96.7.7'), shop)).spec.clusterIP).toBe('10.96.7.7');
    await expect(server.admin.create(services, fixed('late', '10.96.7.7'), shop)).rejects.toMatchObject({ code: 422 });
    await server.admin.delete(services, 'real', shop);
    expect((await server.admin.create(services, fixed('next', '10.96.7.7'), shop)).spec.clusterIP).toBe('10.96.7.7');
  });

  test('binds no pod', async () => {
    await server.admin.create(pods, pod('a'));
    await server.admin.create(pods, { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n' } } as never, {
      ...shop,
      name: 'a',
      subresource: 'binding',
      dryRun: true,
    });
    expect((await server.admin.get(pods, 'a', shop)).spec.nodeName).toBeUndefined();
  });
});

describe('a list in pages', () => {
  test('shows one moment, whatever is written between them', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await server.admin.create(configMaps, { metadata: { name, namespace: 'shop' } });
    const first = await server.admin.list(configMaps, { ...shop, limit: 2 });
    await server.admin.create(configMaps, { metadata: { name: 'bb', namespace: 'shop' } });
    await server.admin.delete(configMaps, 'c', shop);
    const second = await server.admin.list(configMaps, { ...shop, limit: 9, continue: first.metadata.continue ?? '' });
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });
});

describe('events', () => {
  test('vanish an hour after their last write', async () => {
    const about = { kind: 'Pod', namespace: 'shop', name: 'a' };
    await server.admin.create(events, { metadata: { name: 'e1', namespace: 'shop' }, involvedObject: about } as never);
    await server.clock.advance(3_500_000);
    expect((await server.admin.list(events, shop)).items).toHaveLength(1);
    await server.clock.advance(200_000);
    expect((await server.admin.list(events, shop)).items).toHaveLength(0);
  });
});
