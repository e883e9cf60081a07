// What is kept on disk: the lab that is going on and the history; what is damaged is said so, and nothing is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bestScores, loadHistory, recordAttempt, type Attempt } from '../../../src/labs/history.ts';
import {
  beginSession,
  currentSession,
  demandNoLab,
  demandSameCluster,
  demandNotBeingSetUp,
  demandSetUp,
  endSession,
  finished,
  keptTraces,
  loadSession,
  saveSession,
  type Session,
} from '../../../src/labs/session.ts';
import { wallClock } from '../../../src/platform/clock.ts';
import { type Home, openHome } from '../../../src/platform/home.ts';
import { identify, type ProcessIdentity } from '../../../src/platform/process-identity.ts';
import { testServer } from '../../fixtures/api-server.ts';
import { targetOf } from '../../fixtures/lab-folder.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const homeOf = (): Promise<Home> => openHome(scratchFolder());

/** Of a process that is over. */
async function endedProcess(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const identity = await identify(child.pid ?? 0);
  const ended = once(child, 'close');
  child.stdin.end();
  await ended;
  if (!identity) throw new Error('the process has no identity');
  return identity;
}

const session: Session = {
  lab: 'storage/small',
  root: '/labs',
  seed: 1,
  variables: { ns: 'red' },
  cluster: 'cka',
  startedAt: 0,
  hints: 0,
  solutionShown: false,
  isSetUp: true,
  ...keptTraces({
    made: [{ kind: 'Namespace', apiVersion: 'v1', name: 'red' }],
    nodes: [{ name: 'node01', labels: { a: 'b' }, taints: [{ key: 'k', effect: 'NoSchedule' }], unschedulable: true }],
    metAtStart: { colour: ['red/wall'] },
  }),
};

describe('the running lab', () => {
  it('is kept until it has ended', async () => {
    const home = await homeOf();
    expect(await loadSession({ home })).toBeUndefined();
    await expect(currentSession({ home })).rejects.toMatchObject({ code: 'NO_SESSION', exitCode: 2 });
    await saveSession({ home }, session);
    expect(await currentSession({ home })).toEqual(session);
    await endSession({ home });
    expect(await loadSession({ home })).toBeUndefined();
  });

  it.each(['{', '{}', JSON.stringify({ ...session, seed: 'one' })])('written as %j is refused, and the file stays', async (text) => {
    const home = await homeOf();
    writeFileSync(home.path('session.json'), text);
    await expect(loadSession({ home })).rejects.toMatchObject({ code: 'SESSION_DAMAGED', exitCode: 3 });
    expect(readFileSync(home.path('session.json'), 'utf8')).toBe(text);
  });

  it('whose set-up was cut short is refused', async () => {
    const ended = await endedProcess();
    for (const setUpBy of [undefined, ended, { pid: process.pid, startedAt: 'another that had this pid' }])
      await expect(demandSetUp({ ...session, isSetUp: false, ...(setUpBy ? { setUpBy } : {}) })).rejects.toMatchObject({ code: 'SESSION_UNFINISHED' });
    await expect(demandSetUp(session)).resolves.toBeUndefined();
  });

  it('that is being set up by a living process is left to that', async () => {
    const setUpBy = await identify(process.pid);
    const begun: Session = { ...session, isSetUp: false, ...(setUpBy ? { setUpBy } : {}) };
    const refused = {
      code: 'SETUP_GOES_ON',
      exitCode: 2,
      what: 'the lab storage/small is being set up',
      why: expect.stringContaining(`pid ${process.pid}`) as string,
    };
    await expect(demandSetUp(begun)).rejects.toMatchObject(refused);
    await expect(demandNotBeingSetUp(begun)).rejects.toMatchObject(refused);
    const done = finished(begun, begun);
    expect(done).toEqual(session);
    await expect(demandSetUp(done)).resolves.toBeUndefined();
  });

  it('is one: of two that begin at the same time, the second is refused', async () => {
    const place = { home: await homeOf() };
    const setUpBy = await identify(process.pid);
    const begun: Session = { ...session, isSetUp: false, ...(setUpBy ? { setUpBy } : {}) };
    const both = await Promise.allSettled(['first', 'second'].map((lab) => beginSession(place, { ...begun, lab }, wallClock)));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'SETUP_GOES_ON' } });
    await saveSession(place, session);
    await expect(demandNoLab(place)).rejects.toMatchObject({ code: 'LAB_RUNNING' });
  });

  it('went with its cluster when that was made anew', async () => {
    const { admin } = await testServer();
    const { uid } = (await admin.get({ group: '', version: 'v1', resource: 'namespaces', kind: 'Namespace', namespaced: false }, 'kube-system')).metadata;
    await demandSameCluster(session, targetOf(admin));
    await demandSameCluster({ ...session, clusterId: uid ?? '' }, targetOf(admin));
    await expect(demandSameCluster({ ...session, clusterId: 'of-before' }, targetOf(admin))).rejects.toMatchObject({ code: 'SESSION_STALE' });
  });
});

describe('the history', () => {
  const attempt = (points: number, lab = 'storage/small'): Attempt => ({
    lab,
    seed: 1,
    at: 0,
    seconds: 9,
    points,
    total: 4,
    hints: 0,
    solutionShown: false,
    failed: [],
  });

  it('keeps every attempt, and the best counts', async () => {
    const home = await homeOf();
    for (const points of [1, 4, 2]) await recordAttempt(home, attempt(points));
    await recordAttempt(home, attempt(2, 'storage/other'));
    expect((await loadHistory(home)).map(({ points }) => points)).toEqual([1, 4, 2, 2]);
    expect([...bestScores(await loadHistory(home))]).toEqual([
      ['storage/small', 1],
      ['storage/other', 0.5],
    ]);
  });

  it('survives a line that was cut short', async () => {
    const home = await homeOf();
    await recordAttempt(home, attempt(1));
    writeFileSync(home.path('history.jsonl'), `${readFileSync(home.path('history.jsonl'), 'utf8')}{"lab": "stor`);
    await recordAttempt(home, attempt(3));
    expect((await loadHistory(home)).map(({ points }) => points)).toEqual([1, 3]);
  });
});
