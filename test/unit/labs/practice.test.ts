// A lab on a cluster in memory: set up, graded, put back; what is in the way is left alone.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownCluster } from '../../../src/cluster/cluster-source.ts';
import { clusterRoles, configMaps, namespaces, nodes, pods } from '../../../src/kube/api/resources.ts';
import { loadLab } from '../../../src/labs/library.ts';
import { demandFit, gradePractice, type Practice, practiceWith, preparePractice, setUp, takeDown, type Traces } from '../../../src/labs/practice.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';
import { labFolder, targetOf, withTime } from '../../fixtures/lab-folder.ts';

let cluster: HollowCluster;
beforeEach(async () => {
  cluster = await HollowCluster.start();
});
afterEach(() => cluster.stop());

const means = (signal = new AbortController().signal): Parameters<typeof setUp>[1] => ({ clock: cluster.clock, signal });
const inTime = <T>(work: Promise<T>): Promise<T> => withTime(cluster.clock, work);

async function practiceOf(files: Readonly<Record<string, string>> = {}, variables?: Readonly<Record<string, string>>): Promise<Practice> {
  const lab = await loadLab(labFolder(files), 'small');
  return variables ? practiceWith(lab, variables, targetOf(cluster.client)) : preparePractice(lab, 1, targetOf(cluster.client));
}

/** A lab.yaml with this set-up and one check. */
const withSetup = (steps: readonly string[], more = ''): Readonly<Record<string, string>> => ({
  'lab.yaml': `title: T
objectives: [Manage the lifecycle of Kubernetes clusters]
minutes: 1
difficulty: 1
setup:
${steps.map((step) => `  - ${step}`).join('\n')}
checks:
  - {id: a, points: 1, says: s, get: {kind: Namespace, name: default}, expect: 'false'}
${more}`,
});

const namesOf = async (): Promise<readonly (string | undefined)[]> => (await cluster.client.list(namespaces)).items.map(({ metadata }) => metadata.name);

describe('a lab', () => {
  it('is set up with its names, graded, solved and put back', async () => {
    const practice = await practiceOf();
    const { ns = '' } = practice.variables;
    const before = await namesOf();
    const left: Traces[] = [];
    await demandFit(practice);
    const traces = await inTime(setUp(practice, means(), async (each) => void left.push(each)));
    expect(left.map(({ made }) => made.map(({ kind }) => kind))).toEqual([[], ['Namespace'], ['Namespace', 'ConfigMap']]);
    expect(await inTime(gradePractice(practice, traces, means()))).toMatchObject({ points: 0, total: 2 });
    await cluster.client.patch(configMaps, 'paint', 'merge', { data: { colour: 'blue' } }, { namespace: ns });
    expect(await inTime(gradePractice(practice, traces, means()))).toMatchObject({ points: 2, total: 2 });
    await inTime(takeDown(practice, traces, means()));
    expect(await namesOf()).toEqual(before);
  });

  it('puts back labels, taints and cordons of nodes, whoever changed them', async () => {
    await cluster.client.patch(nodes, 'node01', 'merge', {
      metadata: { labels: { disk: 'hdd' } },
      spec: { taints: [{ key: 'mine', effect: 'PreferNoSchedule' }] },
    });
    const practice = await practiceOf(
      withSetup(['label: {kind: Node, name: node01, labels: {disk: ssd, zone: a}}', "taint: {node: node01, taint: 'team=red:NoSchedule'}", 'cordon: node02']),
    );
    const traces = await inTime(setUp(practice, means(), async () => {}));
    const changed = await cluster.client.get(nodes, 'node01');
    expect(changed).toMatchObject({
      metadata: { labels: { disk: 'ssd', zone: 'a' } },
      spec: { taints: [{ key: 'mine' }, { key: 'team', value: 'red', effect: 'NoSchedule' }] },
    });
    await cluster.client.patch(nodes, 'node02', 'merge', { metadata: { labels: { learner: 'was-here' } } });
    await inTime(takeDown(practice, traces, means()));
    const [one, two] = [await cluster.client.get(nodes, 'node01'), await cluster.client.get(nodes, 'node02')];
    expect(one.metadata.labels).toMatchObject({ disk: 'hdd' });
    expect(one.metadata.labels).not.toHaveProperty('zone');
    expect(one.spec.taints).toEqual([{ key: 'mine', effect: 'PreferNoSchedule' }]);
    expect(two.metadata.labels).not.toHaveProperty('learner');
    expect(two.spec.unschedulable).toBeUndefined();
  });

  it('changes what it made itself when a later file has it again', async () => {
    const again = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: paint, namespace: studio}\ndata: {second: "2"}\n';
    const scene =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: studio}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: paint, namespace: studio}\ndata: {first: "1"}\n';
    const practice = await practiceOf({
      ...withSetup(['apply: files/scene.yaml', 'apply: files/again.yaml']),
      'files/scene.yaml': scene,
      'files/again.yaml': again,
    });
    await inTime(setUp(practice, means(), async () => {}));
    expect((await cluster.client.get(configMaps, 'paint', { namespace: 'studio' })).data).toEqual({ first: '1', second: '2' });
  });
});

describe('what is in the way', () => {
  it('of the set-up is left alone, and what was made before is taken back', async () => {
    await cluster.client.create(namespaces, { metadata: { name: 'red', labels: { mine: 'yes' } }, spec: {} });
    const practice = await practiceOf({}, { ns: 'red' });
    let traces: Traces = { made: [], nodes: [] };
    const work = setUp(practice, means(), async (left) => {
      traces = left;
    });
    await expect(inTime(work)).rejects.toMatchObject({
      code: 'IN_THE_WAY',
      exitCode: 4,
      next: ['if nobody needs it: kubectl delete namespaces red', 'or choose another variant: --seed N'],
    });
    await inTime(takeDown(practice, traces, means()));
    expect((await cluster.client.get(namespaces, 'red')).metadata.labels).toMatchObject({ mine: 'yes' });
  });

  it('of the learner is found before anything is made', async () => {
    await cluster.client.create(clusterRoles, { metadata: { name: 'reader' }, rules: [] });
    const practice = await practiceOf(withSetup(['cordon: node01'], 'cleanup: [{kind: ClusterRole, name: reader}]\n'));
    await expect(demandFit(practice)).rejects.toMatchObject({ code: 'IN_THE_WAY' });
  });

  it('is taken away at the end when the learner was asked to make it', async () => {
    const practice = await practiceOf(withSetup(['cordon: node01'], 'cleanup: [{kind: ClusterRole, name: reader}]\n'));
    await demandFit(practice);
    const traces = await inTime(setUp(practice, means(), async () => {}));
    await cluster.client.create(clusterRoles, { metadata: { name: 'reader' }, rules: [] });
    await inTime(takeDown(practice, traces, means()));
    await expect(cluster.client.get(clusterRoles, 'reader')).rejects.toMatchObject({ reason: 'NotFound' });
  });
});

describe('a cluster', () => {
  it('that lacks something is refused with the reasons', async () => {
    const practice = await practiceOf(withSetup(['cordon: node01'], 'needs: {workers: 3, ingress: true}\n'));
    await expect(demandFit(practice)).rejects.toMatchObject({
      code: 'CLUSTER_UNFIT',
      exitCode: 4,
      why: 'it needs worker nodes: 3; there: 2; it needs an ingress controller',
      next: expect.arrayContaining(['then begin on it: ckadet lab start small --cluster workers-3']) as unknown,
    });
  });

  it('with too few nodes for the variables is said so in words, with the commands that help', async () => {
    const workers = ['a', 'b', 'c'].map((name) => `  ${name}: {from: nodes, where: worker}\n`).join('');
    await expect(practiceOf(withSetup(['cordon: node01'], `variables:\n${workers}`))).rejects.toMatchObject({
      code: 'TOO_FEW_NODES',
      what: 'the cluster has too few nodes for this lab: cka',
      why: 'it needs 3 worker nodes that are different; there: 2',
      next: [
        'make one that is large enough: ckadet up workers-3 --workers 3',
        'then begin on it: ckadet lab start small --cluster workers-3',
        'or use a cluster of your own that has it: ckadet allow CONTEXT, then --context CONTEXT',
      ],
    });
  });

  it('that cannot serve the lab leads to those that can', async () => {
    const known = ['big', 'ha', 'third'].map((name): KnownCluster => ({
      name,
      origin: 'simulator',
      madeBy: 'simulated',
      capabilities: { workers: 3 },
      runs: true,
    }));
    const elsewhere = (): Promise<readonly KnownCluster[]> => Promise.resolve(known);
    const next = [
      'big (simulated) has what it needs: ckadet lab start small --cluster big',
      'ha (simulated) has what it needs: ckadet lab start small --cluster ha',
    ];
    const practice = await practiceOf(withSetup(['cordon: node01'], 'needs: {workers: 3}\n'));
    await expect(demandFit(practice, elsewhere)).rejects.toMatchObject({ code: 'CLUSTER_UNFIT', next });
    const workers = ['a', 'b', 'c'].map((name) => `  ${name}: {from: nodes, where: worker}\n`).join('');
    const lab = await loadLab(labFolder(withSetup(['cordon: node01'], `variables:\n${workers}`)), 'small');
    await expect(preparePractice(lab, 1, targetOf(cluster.client), elsewhere)).rejects.toMatchObject({ code: 'TOO_FEW_NODES', next });
  });

  it('that does not become as awaited is said so with what hinders it', async () => {
    const scene = `apiVersion: v1\nkind: Namespace\nmetadata: {name: studio}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: big, namespace: studio}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: '64'}}}]}\n`;
    const practice = await practiceOf({
      ...withSetup(['apply: files/scene.yaml', 'wait: {for: pod/big, namespace: studio, condition: Ready, seconds: 5}']),
      'files/scene.yaml': scene,
    });
    await expect(inTime(setUp(practice, means(), async () => {}))).rejects.toMatchObject({
      code: 'SETUP_TIMEOUT',
      exitCode: 6,
      what: 'the set-up waited 5 s for pod/big',
      why: expect.stringContaining('pod big: 0/2 nodes are available: 2 Insufficient cpu') as string,
    });
  });

  it('without controllers is said to be so', async () => {
    cluster.stop();
    const practice = await practiceOf({}, { ns: 'red' });
    await expect(inTime(setUp(practice, means(), async () => {}))).rejects.toMatchObject({
      code: 'SETUP_TIMEOUT',
      what: 'the namespace red got no default service account within 15 s',
    });
  });
});

it('an interruption ends the set-up', async () => {
  const stop = new AbortController();
  const practice = await practiceOf(withSetup(['wait: {for: pod/never, namespace: default, condition: Ready}']));
  const work = setUp(practice, means(stop.signal), async () => {});
  stop.abort(new Error('stopped'));
  await expect(inTime(work)).rejects.toThrow('stopped');
});

describe('a behaviour', () => {
  const probe = (cpu: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: probe, namespace: default}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: '${cpu}'}}}]}\n`;
  const lab = (cpu: string): Readonly<Record<string, string>> => {
    const files = withSetup(['cordon: node02']);
    const check = `  - {id: a, points: 1, says: a big pod stays out, behaviour: {make: files/probe.yaml, expect: "object.status.conditions.exists(c, c.type == 'PodScheduled' && c.status == 'False')"}}`;
    return { 'lab.yaml': (files['lab.yaml'] ?? '').replace(/^ {2}- \{id: a.*$/m, check), 'files/probe.yaml': probe(cpu) };
  };

  it.each([
    ['64', 1],
    ['1', 0],
  ])('of a pod that asks for %s CPUs is worth %i, and the pod is gone after', async (cpu, points) => {
    const practice = await practiceOf(lab(cpu));
    const traces = await inTime(setUp(practice, means(), async () => {}));
    expect(await inTime(gradePractice(practice, traces, means()))).toMatchObject({ points });
    expect((await cluster.client.list(pods, { namespace: 'default' })).items).toEqual([]);
  });

  it('takes away a pod that an interrupted grading has left', async () => {
    const practice = await practiceOf(lab('64'));
    const traces = await inTime(setUp(practice, means(), async () => {}));
    await cluster.run('probe', {}, {});
    expect(await inTime(gradePractice(practice, traces, means()))).toMatchObject({ points: 1 });
  });
});
