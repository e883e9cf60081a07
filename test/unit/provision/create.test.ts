// Making a cluster on hosts that play along: order, repetition, dry runs, secrets, and many hosts.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/platform/clock.ts';
import { silentProgress } from '../../../src/platform/progress.ts';
import { TOPOLOGIES, type Topology } from '../../../src/provision/cluster-file/schema.ts';
import { readJournal } from '../../../src/provision/gate/journal.ts';
import { noteOwner } from '../../../src/provision/host-state.ts';
import { layoutOf } from '../../../src/provision/later-changes.ts';
import { createPlan } from '../../../src/provision/load.ts';
import { createCluster } from '../../../src/provision/runs/create.ts';
import { Site } from '../../../src/provision/site.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';
import { SECRET_KEY, secretOf } from '../../fixtures/pretend-host.ts';
import { pretendSite } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody } from '../../fixtures/scripted-questions.ts';
import { noTerminal } from '../../fixtures/ssh-hosts.ts';

const ALL = Object.keys(TOPOLOGIES) as readonly Topology[];

describe.each(ALL)('the topology %s', (topology) => {
  it('is made in order, and a second time nothing is changed', async () => {
    const site = await pretendSite(scratchFolder(), clusterYaml(topology));
    const result = await site.create();
    expect(Object.keys(result.changes)).toEqual(expect.arrayContaining(site.hosts.map(({ spec }) => spec.name)));

    const plan = createPlan(site.loaded);
    const { entries } = await readJournal(site.journalPath);
    const ended = entries.filter(({ outcome }) => outcome === 'task-done').map(({ task }) => task);
    expect([...ended].sort()).toEqual(plan.tasks.map(({ id }) => id).sort());
    const outOfTurn = plan.tasks.flatMap(({ id, needs }) =>
      needs.filter((need) => ended.indexOf(need) > ended.indexOf(id)).map((need) => `${id} before ${need}`),
    );
    expect(outOfTurn).toEqual([]);
    // Nothing was done twice, and nothing was begun before.
    for (const host of site.hosts) {
      expect(host.carriedOut).toEqual([...new Set(host.carriedOut)]);
      expect(host.again).toEqual([]);
    }

    const before = site.hosts.map((host) => [...host.carriedOut]);
    const again = await site.create();
    expect(again.changes).toEqual({});
    expect(site.hosts.map((host) => host.carriedOut)).toEqual(before);
  });

  it('is not touched by a dry run, which tells what the run then does', async () => {
    const site = await pretendSite(scratchFolder(), clusterYaml(topology));
    const bare = site.hosts.map(({ state }) => state);
    const told = await site.create({ dryRun: true });
    expect(site.hosts.map(({ state }) => state)).toEqual(bare);
    expect(site.hosts.map(({ locks }) => locks)).toEqual(site.hosts.map(() => 0));
    expect(told.kubeconfig).toBeUndefined();
    expect((await site.create()).changes).toEqual(told.changes);
  });

  it('keeps secrets to itself', async () => {
    const site = await pretendSite(scratchFolder(), clusterYaml(topology));
    const said: string[] = [];
    const progress = {
      ...silentProgress,
      note: (text: string) => void said.push(text),
      lanes: <T>(
        _names: readonly string[],
        work: (lane: (name: string) => { at(stage: string, detail: string): void; done(detail: string): void }) => Promise<T>,
      ) => work(() => ({ at: (stage, detail) => void said.push(stage, detail), done: (detail) => void said.push(detail) })),
    };
    await site.create({ progress, explain: true });
    const secrets = [
      ...createPlan(site.loaded)
        .values.filter(({ secret }) => secret)
        .map(({ name }) => secretOf(name)),
      SECRET_KEY,
    ];
    const root = site.home.path('provision');
    const kept = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(json|jsonl|log)$/.test(name));
    expect(kept.length).toBeGreaterThan(1);
    const texts = [...kept.map((name) => readFileSync(`${root}/${name}`, 'utf8')), ...said, ...site.hosts.flatMap(({ commandLines }) => commandLines)];
    for (const secret of secrets) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  });
});

it('begins at the phase that is asked for', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  await site.create();
  const n1 = site.host('n1');
  n1.effects.delete('prepare-kernel/load-modules');
  n1.effects.delete('control-plane/init');
  // Another cluster: who was a member of the one before joins anew.
  expect((await site.create({ fromPhase: 'control-plane' })).changes).toEqual({
    n1: ['make the control plane'],
    n2: ['leave the cluster, which has no such node any more, to join it anew', 'join as a worker'],
  });
  await expect(site.create({ fromPhase: 'controlplane' })).rejects.toMatchObject({
    code: 'NO_SUCH_PHASE',
    next: expect.arrayContaining(['did you mean control-plane?']) as string[],
  });
});

it('stops at a red check before anything is changed', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'), { says: { cpus: '1' } });
  const seen: string[] = [];
  const onPreflight = (found: readonly { readonly check: string; readonly colour: string }[]): void =>
    void seen.push(...found.filter(({ colour }) => colour === 'red').map(({ check }) => check));
  await expect(site.create({ onPreflight })).rejects.toMatchObject({ code: 'PREFLIGHT_RED', exitCode: 4 });
  expect(seen).toEqual(['cpus']);
  for (const host of site.hosts) expect(host).toMatchObject({ owner: '', locks: 0, begun: [], carriedOut: [] });
});

it('lets two control planes join at a time', async () => {
  const more = [6, 7].map((n) => `  - {name: n${n}, address: 10.0.0.${10 + n}, roles: [control-plane]}`).join('\n');
  const site = await pretendSite(scratchFolder(), clusterYaml('ha-stacked').replace(/ {2}- \{name: n4.*\n/, `${more}\n`));
  const joins = createPlan(site.loaded).tasks.filter(({ phase }) => phase === 'join-control-planes');
  const waitsFor = joins.map(({ host, needs }) => `${host}: ${needs.filter((need) => need.startsWith('join-')).join()}`);
  expect(waitsFor).toEqual(['n2: ', 'n3: ', 'n6: join-control-planes/n2', 'n7: join-control-planes/n3']);
});

it('leaves alone hosts of another cluster', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  site.host('n2').owner = 'theirs';
  await expect(site.create()).rejects.toMatchObject({ code: 'HOST_TAKEN' });
  expect(site.host('n1').begun).toEqual([]);
});

it('asks again, once it has the lock, whose the hosts are', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  const { host } = site.host('n2');
  const hold = host.hold.bind(host);
  host.hold = (...given) => hold(...given).finally(() => void (site.host('n2').owner = 'theirs'));
  await expect(site.create()).rejects.toMatchObject({ code: 'HOST_TAKEN' });
  expect([site.host('n2').owner, site.host('n1').begun, site.host('n2').begun]).toEqual(['theirs', [], []]);
});

it('stops where a host cannot note whose it is', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  const { host } = site.host('n2');
  const run = host.run.bind(host);
  host.run = (script, options) =>
    script === noteOwner('demo', layoutOf(site.loaded.spec))
      ? Promise.resolve({ exitCode: 1, stdout: '', stderr: 'No space left on device' })
      : run(script, options);
  await expect(site.create()).rejects.toMatchObject({ code: 'STEP_FAILED', why: 'exit code 1\nNo space left on device' });
  expect(site.journal()).toContain('No space left on device');
  expect(site.hosts.map(({ begun }) => begun)).toEqual([[], []]);
});

it('works on forty hosts, on as many at once as it may', async () => {
  const workers = Array.from({ length: 37 }, (_, i) => `  - {name: w${i}, address: 10.0.0.${120 + i}, roles: [worker]}`).join('\n');
  const yaml = clusterYaml('ha-stacked').replace(/ {2}- \{name: n4.*\n/, `${workers}\n`);
  const site = await pretendSite(scratchFolder(), yaml);
  expect(site.hosts).toHaveLength(40);
  let [busy, most, counts] = [0, 0, false];
  const lane = { at() {}, done() {} };
  const progress = {
    ...silentProgress,
    async lanes<T>(_names: readonly string[], work: (of: () => typeof lane) => Promise<T>) {
      counts = true;
      return work(() => lane).finally(() => void (counts = false));
    },
  };
  for (const { host } of site.hosts) {
    const run = host.run.bind(host);
    host.run = async (script, options) => {
      if (!counts) return run(script, options);
      busy += 1;
      most = Math.max(most, busy);
      return run(script, options).finally(() => (busy -= 1));
    };
  }
  await site.create({ parallel: 5, progress });
  expect(most).toBe(5);
  for (const { spec, effects } of site.hosts)
    expect(effects.has(spec.name === 'n1' ? 'control-plane/init' : spec.roles.includes('worker') ? 'join-workers/join' : 'join-control-planes/join')).toBe(
      true,
    );
});

it('says soon which host it waits for, and waits for it once', async () => {
  const waits: (() => void)[] = [];
  const clock: Clock = { now: () => 0, after: (_, task) => (waits.push(task), { cancel() {} }) };
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  const silent = Promise.withResolvers<never>();
  let asked = 0;
  const { host } = site.host('n2');
  host.run = () => ((asked += 1), silent.promise);
  const { signal } = new AbortController();
  const questions = { questions: nobody, terminal: noTerminal(), env: {} };
  const over = Site.over(
    site.loaded,
    { ...questions, clock, home: site.home, signal },
    site.hosts.map((each) => each.host),
  );
  const told: string[] = [];
  const note = (text: string): void => void told.push(text);
  const answered = over.greet(signal, note);
  while (!waits.length) await Promise.resolve();
  for (const each of waits) each();
  expect(told).toEqual([expect.stringMatching(/^(n1 \(.*\), )?n2 \(.*\)$/)]);
  silent.reject(new Error('nothing answered within 10 s'));
  await answered;
  const run = createCluster(over, { home: site.home, signal, progress: silentProgress, dryRun: false, explain: false, parallel: 2, resume: false });
  await expect(run).rejects.toThrow('nothing answered within 10 s');
  expect(asked).toBe(1);
});
