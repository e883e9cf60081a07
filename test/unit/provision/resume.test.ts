// Runs that are cut off at any point: the next one finishes them, a reset takes back exactly what was begun, and journals and locks survive.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Topology } from '../../../src/provision/cluster-file/schema.ts';
import { readJournal } from '../../../src/provision/gate/journal.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';
import type { Break } from '../../fixtures/pretend-host.ts';
import { type PretendSite, pretendSite } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const siteOf = (topology: Topology, files: Readonly<Record<string, string>> = {}): Promise<PretendSite> =>
  pretendSite(scratchFolder(), clusterYaml(topology), { files });
const states = (site: PretendSite): readonly unknown[] => site.hosts.map(({ state }) => state);

/** Every action of every host that changes something, as `HOST PHASE/ACTION`. */
async function stepsOf(topology: Topology): Promise<readonly string[]> {
  const site = await siteOf(topology);
  await site.create();
  return site.hosts.flatMap(({ spec, carriedOut }) => carriedOut.map((id) => `${spec.name} ${id}`));
}

/** Ends all hosts from that action on, as when this process is killed there: no other one does anything any more. */
async function cutOff(site: PretendSite, step: string, how: Break): Promise<void> {
  const [name, id] = step.split(' ');
  let isDead = false;
  for (const host of site.hosts)
    host.onAction = (each) => {
      if (isDead) return 'before';
      if (host.spec.name !== name || each !== id) return undefined;
      isDead = true;
      return how;
    };
  await expect(site.create()).rejects.toThrow(/was cut off/);
  for (const host of site.hosts) host.onAction = () => undefined;
}

/** The first of each task. */
const firstOfEach = (steps: readonly string[]): readonly string[] =>
  steps.filter((step, i) => steps.findIndex((other) => other.split('/')[0] === step.split('/')[0]) === i);
const all = (steps: readonly string[]): readonly string[] => steps;

// Every action on one host, and every task where several hosts wait for each other.
describe.each<[Topology, typeof all, readonly Break[]]>([
  ['all-in-one', all, ['before', 'half', 'after']],
  ['single-external-etcd', firstOfEach, ['half']],
  ['ha-stacked', firstOfEach, ['half']],
])('a run of topology %s', (topology, chosen, ways) => {
  it('that is cut off anywhere is finished by the next', async () => {
    const whole = await siteOf(topology);
    await whole.create();
    for (const [i, step] of chosen(await stepsOf(topology)).entries()) {
      const how = ways[i % ways.length] ?? 'half';
      const site = await siteOf(topology);
      await cutOff(site, step, how);
      await site.create();
      expect([step, how, states(site)]).toEqual([step, how, states(whole)]);
      const twice = site.hosts.flatMap(({ spec, carriedOut }) =>
        carriedOut.filter((id, at) => carriedOut.indexOf(id) !== at).map((id) => `${spec.name} ${id}`),
      );
      // Only what was in the middle may be done twice.
      expect(twice.filter((each) => each !== step)).toEqual([]);
    }
  }, 120_000);

  it('tells kubeadm that it was begun before, so that half a node is cleared away', async () => {
    for (const step of (await stepsOf(topology)).filter((each) => /control-plane\/init|join$/.test(each))) {
      const site = await siteOf(topology);
      await cutOff(site, step, 'half');
      const [name = '', id = ''] = step.split(' ');
      expect(site.host(name).again).toEqual([]);
      site.host(name).effects.delete(id); // it was not whole
      await site.create();
      expect([step, site.host(name).again]).toEqual([step, [id]]);
    }
  });

  it('that is cut off anywhere is taken back to what was there before', async () => {
    const files = { '/etc/crictl.yaml': 'an older one', '/etc/haproxy/haproxy.cfg': 'another one', '/etc/hosts': 'nobody touches it' };
    for (const step of firstOfEach(await stepsOf(topology))) {
      const site = await siteOf(topology, files);
      const bare = states(site);
      await cutOff(site, step, 'half');
      const begun = site.hosts.map(({ spec, begun: ids }) => ({ name: spec.name, ids: [...ids] }));
      expect(await site.reset()).toEqual(site.hosts.map(({ spec }) => spec.name));
      const plan = createPlan(site.loaded);
      for (const { name, ids } of begun) {
        const undoable = plan.tasks
          .filter(({ host }) => host === name)
          .flatMap(({ phase, actions }) =>
            actions.filter((action) => action.kind !== 'command' || action.undo !== undefined).map(({ id }) => `${phase}/${id}`),
          );
        expect([step, name, site.host(name).undone]).toEqual([step, name, undoable.filter((id) => ids.includes(id)).toReversed()]);
      }
      expect([step, states(site)]).toEqual([step, bare]);
    }
  }, 120_000);
});

it('a reset of what was never made does nothing', async () => {
  const site = await siteOf('single');
  expect(await site.reset()).toEqual([]);
  expect(site.hosts.map(({ undone }) => undone)).toEqual([[], []]);
});

describe('a cluster whose file was changed since, as it may be', () => {
  const MIRROR = 'packages: {source: repositories, imageMirrors: {quay.io: "http://10.0.0.9:5000"}, proxy: "http://10.0.0.9:3128", ca: "a certificate"}';
  const PLAIN = 'packages: {source: repositories}';
  const LABELLED = clusterYaml('single').replace('[worker]}', '[worker], labels: {node-role.kubernetes.io/worker: ""}}');
  const SPARE = LABELLED.replace('hosts:', 'hosts:\n  - {name: n3, address: 10.0.0.13, user: debian, roles: [worker]}');
  it.each<[string, string, string, string]>([
    ['an add-on that is switched off', clusterYaml('single', 'addons: {localStorage: true}'), clusterYaml('single'), 'add-ons/local-storage'],
    ['a mirror that is taken out', clusterYaml('single', MIRROR), clusterYaml('single', PLAIN), 'container-runtime/mirror-quay-io'],
    ['a proxy that is taken out', clusterYaml('single', MIRROR), clusterYaml('single', PLAIN), 'package-sources/apt-proxy'],
    ['certificates that are taken out', clusterYaml('single', MIRROR), clusterYaml('single', PLAIN), 'package-sources/trust'],
    ['a worker that is taken out', SPARE, SPARE.replace(/.*name: n2.*\n/, ''), 'node-labels/label-n2'],
  ])('is taken back whole: %s', async (_, before, after, id) => {
    const site = await pretendSite(scratchFolder(), before, { files: { '/etc/containerd/certs.d/quay.io/hosts.toml': 'theirs' } });
    const bare = site.host('n1').state;
    await site.create();
    expect(site.host('n1').begun).toContain(id);
    site.rewrite(after);
    site.host('n1').nodes = site.hosts.map(({ spec }) => spec.name).filter((name) => after.includes(`name: ${name}`));
    await site.create();
    await site.reset();
    expect(site.host('n1').state).toEqual(bare);
    const action = createPlan(site.loaded)
      .tasks.filter(({ host }) => host === 'n1')
      .flatMap(({ phase, actions }) => actions.filter((each) => `${phase}/${each.id}` === id))[0];
    expect(site.host('n1').undone.includes(id)).toBe(action?.kind !== 'command' || action.undo !== undefined);
  });
});

it('a reset leaves alone what another cluster has', async () => {
  const site = await siteOf('single');
  await site.create();
  site.host('n2').owner = 'theirs';
  await expect(site.reset()).rejects.toMatchObject({ code: 'HOST_TAKEN' });
  expect(site.hosts.map(({ undone }) => undone)).toEqual([[], []]);
});

it('a reset that is only tried changes nothing', async () => {
  const site = await siteOf('single');
  await site.create();
  const made = states(site);
  expect(await site.reset({ dryRun: true })).toEqual(['n1', 'n2']);
  expect(states(site)).toEqual(made);
  await site.reset();
  expect(await site.reset()).toEqual([]);
});

describe('the journal', () => {
  it('lets --resume leave out what is done, and only that', async () => {
    const site = await siteOf('single');
    await cutOff(site, 'n1 control-plane/init', 'before');
    const asked = site.host('n2').commandLines.length;
    await site.create({ resume: true });
    const lines = site.host('n2').commandLines.slice(asked);
    expect(lines.filter((line) => line.includes('modprobe -a'))).toEqual([]);
    expect(site.host('n2').effects).toContain('join-workers/join');
  });

  it('forgets with a reset what was done', async () => {
    const site = await siteOf('single');
    await site.create();
    await site.reset();
    await site.create({ resume: true });
    expect(site.host('n1').effects).toContain('control-plane/init');
  });

  it('may be cut in half anywhere', async () => {
    const site = await siteOf('all-in-one');
    await site.create();
    const text = site.journal();
    const whole = (await readJournal(site.journalPath)).entries.length;
    for (let at = 1; at < text.length; at += Math.ceil(text.length / 40)) {
      writeFileSync(site.journalPath, text.slice(0, at));
      const { entries, torn } = await readJournal(site.journalPath);
      expect(torn).toBeLessThanOrEqual(1);
      expect(entries.length).toBeLessThanOrEqual(whole);
      expect((await site.create({ resume: true })).changes).toEqual({});
      // What is written after the torn line stands on lines of its own.
      expect((await readJournal(site.journalPath)).torn).toBe(torn);
    }
  });

  it('passes over lines that are none of its own', async () => {
    const site = await siteOf('all-in-one');
    await site.create();
    appendFileSync(site.journalPath, 'null-ish\n{"at": "noon"}\n');
    expect(await readJournal(site.journalPath)).toMatchObject({ torn: 2 });
    expect((readFileSync(site.journalPath, 'utf8').match(/\n/g) ?? []).length).toBeGreaterThan(2);
  });
});

describe('the lock', () => {
  it('keeps two runs apart, and ends with the run', async () => {
    const site = await siteOf('single');
    const [first, second] = await Promise.all([site.open(), site.open()]);
    await first.lock('create demo');
    await expect(second.lock('reset demo')).rejects.toMatchObject({
      code: 'HOSTS_FAILED',
      why: expect.stringContaining('tester: ckadet create demo') as unknown,
    });
    await first.close();
    await second.lock('reset demo');
    await second.close();
  });

  it('lets only one of two runs at once through', async () => {
    const site = await siteOf('all-in-one');
    const results = await Promise.allSettled([site.create(), site.create()]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(failures).toEqual([expect.objectContaining({ code: 'HOST_LOCKED' })]);
    expect(site.host('n1').carriedOut).toEqual([...new Set(site.host('n1').carriedOut)]);
  });

  it('ends the run when it is lost', async () => {
    const site = await siteOf('single');
    site.host('n2').onAction = (id) => {
      if (id === 'prepare-kernel/load-modules') site.host('n2').breakLock();
      return undefined;
    };
    await expect(site.create()).rejects.toMatchObject({ code: 'LOCK_LOST', what: expect.stringContaining('n2') as unknown });
    expect(site.host('n1').effects).not.toContain('control-plane/init');
    // Both are free again, and the next run goes on from there.
    site.host('n2').onAction = () => undefined;
    await site.create();
    expect(site.host('n2').effects).toContain('join-workers/join');
  });

  it('is taken again, and only where it was lost, by who breaks hosts on purpose', async () => {
    const pretended = await siteOf('single');
    const site = await pretended.open();
    await site.lock('drill demo', { lossAborts: false });
    pretended.host('n2').breakLock();
    await vi.waitFor(async () => {
      await site.lock('drill demo', { lossAborts: false });
      expect(pretended.hosts.map(({ locks }) => locks)).toEqual([1, 2]);
    });
    expect(site.signal.aborted).toBe(false);
    await site.close();
  });

  it('is let go when a run fails', async () => {
    const site = await siteOf('all-in-one');
    await cutOff(site, 'n1 control-plane/init', 'before');
    await site.create();
    expect(site.host('n1').locks).toBe(2);
  });
});
