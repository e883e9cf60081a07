// Labs through the built command: the tour plays to full marks and leaves nothing; one lab by hand; verify finds what was broken on purpose.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../fixtures/ckadet.ts';
import { scratchFolder, temporaryFolder } from '../fixtures/scratch.ts';
import { spawnSync } from 'node:child_process';

const LABS = join(import.meta.dirname, '../../labs');
const home = temporaryFolder();
const run = (...args: string[]): ReturnType<typeof ckadet> => ckadet(args, { home: home.path });
const data = async (...args: string[]): Promise<never> => JSON.parse((await run(...args, '--json')).stdout) as never;

/** The session that the README shows, without its command and what goes to stderr. */
function recordedSession(): string {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, session = ''] = /<!-- recorded session -->\n```\n([^]*?)```/.exec(readme) ?? [];
  return session.replace(/^(?:\$ npm start|Making|Setting|Stopping) .*\n/gm, '');
}

/** A session without what differs between two: the names of pods, the port, and the order in which kubectl tells of evictions. */
const lasting = (session: string): string =>
  session
    .replace(/^(?:evicting|pod\/|error when|Warning:|deployment|Waiting|node\/).*\n/gm, '')
    .replace(/-[a-z0-9]{8,10}(?:-[a-z0-9]{5})?\b/g, '-HASH')
    .replace(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replace(/\s+/g, ' ')
    .trim();

/** A folder of labs with one of ours in it, to be spoilt. */
function labsWith(id: string): { readonly root: string; readonly folder: string } {
  const root = scratchFolder();
  const folder = join(root, id);
  mkdirSync(folder, { recursive: true });
  cpSync(join(LABS, id), folder, { recursive: true });
  return { root, folder };
}

afterAll(() => home.remove());

describe('solved with kubectl', () => {
  test('the tour plays itself to full marks and leaves neither cluster nor process behind', async () => {
    const { exitCode, stdout } = await run('tour');
    expect(stdout).toContain('10 of 10 points');
    expect(stdout).toMatch(/^\$ kubectl drain node0\d --ignore-daemonsets --delete-emptydir-data --force$/m);
    expect(exitCode).toBe(0);
    expect(await data('status')).toEqual({ clusters: [], provisioned: [] });
    expect(lasting(recordedSession())).toBe(lasting(stdout));
  });

  describe('a lab by hand', () => {
    const kubectl = async (kubeconfig: string, ...args: string[]): Promise<string> => (await run('kubectl', '--kubeconfig', kubeconfig, ...args)).stdout;
    let kubeconfig = '';
    let variables: Record<string, string> = {};
    beforeAll(async () => {
      const up = await run('up', 'lab');
      if (up.exitCode !== 0) throw new Error(up.stderr);
      kubeconfig = (await run('kubeconfig', 'lab')).stdout.trim();
    });
    afterAll(async () => {
      await run('down', 'lab', '--delete');
    });

    test('is begun, graded in part, explained and put back', async () => {
      ({ variables } = (await data('lab', 'start', 'drain-node', '--seed', '3', '--cluster', 'lab')) as { variables: Record<string, string> });
      const { other = '', node = '' } = variables;
      expect(new Set([node, other]).size).toBe(2);
      await kubectl(kubeconfig, 'uncordon', other);
      const first = (await data('lab', 'check')) as { points: number; checks: { id: string; state: string }[] };
      expect(first.checks.filter(({ state }) => state === 'passed').map(({ id }) => id)).toEqual(['back']);
      const why = await run('lab', 'why', 'cordoned');
      expect(why.stdout).toContain(`kubectl get nodes ${node}`);
      expect((await run('lab', 'hint')).stdout).toContain('Hint 1 of');
      expect((await run('lab', 'solution')).stdout).toContain(`kubectl drain ${node}`);
      const again = await run('lab', 'start', 'drain-node');
      expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('LAB_RUNNING') });
      expect((await run('lab', 'reset')).exitCode).toBe(0);
      expect(await kubectl(kubeconfig, 'get', 'nodes', '-o', 'jsonpath={.items[*].spec.unschedulable}')).toBe('');
      expect(await kubectl(kubeconfig, 'get', 'namespace', variables['ns'] ?? '', '--ignore-not-found')).toBe('');
      expect((await run('lab', 'check')).exitCode).toBe(2);
      expect(readFileSync(join(home.path, 'history.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1);
    });

    test('verify names the lab, the variant and the check of a broken solution and of a wrong answer made right', async () => {
      const { root, folder } = labsWith('troubleshooting/pending-pods');
      const solutions = join(folder, 'solutions');
      const [model = ''] = spawnSync('ls', [solutions], { encoding: 'utf8' }).stdout.split('\n');
      const right = readFileSync(join(solutions, model), 'utf8');
      writeFileSync(join(solutions, model), 'true\n');
      const [wrong = ''] = spawnSync('ls', [join(folder, 'wrong')], { encoding: 'utf8' }).stdout.split('\n');
      const [fails = ''] = readFileSync(join(folder, 'wrong', wrong), 'utf8').split('\n');
      writeFileSync(join(folder, 'wrong', wrong), `${fails}\n${right}`);
      for (const [kind, keep] of [
        ['solutions', model],
        ['wrong', wrong],
      ] as const) {
        for (const name of spawnSync('ls', [join(folder, kind)], { encoding: 'utf8' })
          .stdout.split('\n')
          .filter(Boolean))
          if (name !== keep) writeFileSync(join(folder, kind, name), kind === 'wrong' ? `${fails}\ntrue\n` : 'true\n');
      }
      const { exitCode, stdout } = await run('lab', 'verify', 'troubleshooting/pending-pods', '--labs', root, '--seed', '1', '--cluster', 'lab');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(new RegExp(`troubleshooting/pending-pods seed 1, solutions/${model}, check [a-z-]+: fails on the solved lab`));
      expect(stdout).toMatch(new RegExp(`troubleshooting/pending-pods seed 1, wrong/${wrong}, check [a-z-]+: should fail with this wrong answer and does not`));
    }, 240_000);
  });
});

test('a lab.yaml that is wrong is named by line and field', async () => {
  const { root, folder } = labsWith('cluster-architecture/drain-node');
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('minutes: 6', 'minuts: 6'));
  const { exitCode, stderr } = await run('lab', 'show', 'drain-node', '--labs', root);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/lab\.yaml, line \d+\s+is\s+not\s+right\s+\[LAB_INVALID\]/);
  expect(stderr).toContain('minuts is not known here');
});

test('an unknown lab is answered with the nearest one', async () => {
  expect(await run('lab', 'show', 'drain-nod')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('why   did you mean: drain-node') });
});

test('a new lab is valid as it stands', async () => {
  const root = scratchFolder();
  expect((await run('lab', 'new', 'storage/first', '--labs', root)).exitCode).toBe(0);
  expect((await run('lab', 'list', '--labs', root)).stdout).toMatch(/Storage \(storage\)\nfirst /);
  expect(await run('lab', 'new', 'storage/first', '--labs', root)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('LAB_EXISTS') });
});
