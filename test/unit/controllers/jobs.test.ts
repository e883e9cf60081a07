import { afterEach, describe, expect, it } from 'vitest';
import type { Job, JobSpec } from '../../../src/kube/api/batch-v1.ts';
import { jobs } from '../../../src/kube/api/resources.ts';
import { isNotFound } from '../../../src/kube/machinery/status-error.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());

const at = { namespace: 'default' };

async function run(name: string, command: string, spec: Partial<JobSpec> = {}): Promise<void> {
  const labels = { 'batch.kubernetes.io/job-name': name };
  await cluster.client.create(
    jobs,
    {
      metadata: { name, labels },
      spec: {
        completions: 1,
        parallelism: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        manualSelector: true,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'c', image: 'busybox', command: command.startsWith('sleep') ? command.split(' ') : ['sh', '-c', command] }],
          },
        },
        ...spec,
      },
    },
    at,
  );
}
const get = (name: string): Promise<Job> => cluster.client.get(jobs, name, at);
const conditionsOf = async (name: string): Promise<readonly string[]> =>
  ((await get(name)).status.conditions ?? []).map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);
const ended = (name: string) => async (): Promise<boolean> =>
  (await get(name)).status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed') ?? false;

describe('a Job', () => {
  it('runs to completion, counts each pod once and lets them go', async () => {
    cluster = await HollowCluster.start();
    await run('many', 'true', { completions: 3, parallelism: 2 });
    await cluster.until(ended('many'));
    const { status } = await get('many');
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status.active).toBeUndefined();
    expect(status.completionTime).toBeDefined();
    expect(await conditionsOf('many')).toEqual([
      'SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods',
      'Complete=True CompletionsReached: Reached expected number of succeeded pods',
    ]);
    const pods = await cluster.pods();
    expect(pods).toHaveLength(3);
    expect(pods.every(({ metadata }) => metadata.finalizers === undefined)).toBe(true);
    expect((await cluster.events('many')).map((each) => each.replace(/: .*/, ''))).toEqual([
      ...Array.from({ length: 3 }, () => 'SuccessfulCreate Created pod'),
      'Completed Job completed',
    ]);
  });

  it('waits longer after each failure, and gives up beyond its limit', async () => {
    cluster = await HollowCluster.start();
    await run('bad', 'exit 1', { backoffLimit: 2 });
    await cluster.clock.advance(5000);
    expect(await cluster.pods()).toHaveLength(1);
    await cluster.clock.advance(10_000);
    expect(await cluster.pods()).toHaveLength(2);
    await cluster.clock.advance(12_000);
    expect(await cluster.pods()).toHaveLength(2);
    await cluster.until(ended('bad'), 30_000);
    expect((await get('bad')).status.failed).toBe(3);
    expect(await conditionsOf('bad')).toEqual([
      'FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit',
      'Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit',
    ]);
    expect((await cluster.events('bad')).at(-1)).toBe('BackoffLimitExceeded Job has reached the specified backoff limit');
  });

  it('ends what runs beyond its deadline', async () => {
    cluster = await HollowCluster.start();
    await run('slow', 'sleep 3600', { activeDeadlineSeconds: 10, parallelism: 2, completions: 2 });
    await cluster.clock.advance(4000);
    expect((await get('slow')).status).toMatchObject({ active: 2, ready: 2 });
    await cluster.until(ended('slow'));
    expect((await conditionsOf('slow')).at(-1)).toBe('Failed=True DeadlineExceeded: Job was active longer than specified deadline');
    await cluster.clock.advance(2000);
    expect(await cluster.pods()).toHaveLength(0);
    expect((await get('slow')).status).toMatchObject({ failed: 2 });
  });

  it('gives each pod of an Indexed Job its number', async () => {
    cluster = await HollowCluster.start();
    await run('numbered', 'true', { completions: 4, parallelism: 2, completionMode: 'Indexed' });
    await cluster.until(ended('numbered'));
    expect((await get('numbered')).status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    const pods = (await cluster.pods()).toSorted((a, b) => (a.spec.hostname ?? '').localeCompare(b.spec.hostname ?? ''));
    expect(pods.map(({ spec }) => spec.hostname)).toEqual(['numbered-0', 'numbered-1', 'numbered-2', 'numbered-3']);
    expect(pods[2]?.metadata.name).toMatch(/^numbered-2-\w{5}$/);
    expect(pods[2]?.metadata.labels?.['batch.kubernetes.io/job-completion-index']).toBe('2');
    expect(pods[2]?.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
  });

  it('suspends and resumes', async () => {
    cluster = await HollowCluster.start();
    await run('later', 'sleep 3600', { suspend: true });
    await cluster.clock.advance(3000);
    expect(await cluster.pods()).toHaveLength(0);
    expect((await get('later')).status.startTime).toBeUndefined();
    expect(await conditionsOf('later')).toEqual(['Suspended=True JobSuspended: Job suspended']);
    await cluster.client.patch(jobs, 'later', 'merge', { spec: { suspend: false } }, at);
    await cluster.clock.advance(3000);
    expect((await get('later')).status.active).toBe(1);
    expect(await conditionsOf('later')).toEqual(['Suspended=False JobResumed: Job resumed']);
    await cluster.client.patch(jobs, 'later', 'merge', { spec: { suspend: true } }, at);
    await cluster.clock.advance(4000);
    expect(await cluster.pods()).toHaveLength(0);
    expect((await cluster.events('later')).map((each) => each.replace(/: .*/, ''))).toEqual([
      'Suspended Job suspended',
      'SuccessfulCreate Created pod',
      'Resumed Job resumed',
      'SuccessfulDelete Deleted pod',
    ]);
  });

  it('fails at once where the pod failure policy says so', async () => {
    cluster = await HollowCluster.start();
    await run('strict', 'exit 1', { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } });
    await cluster.until(ended('strict'));
    expect((await conditionsOf('strict')).at(-1)).toMatch(
      /^Failed=True PodFailurePolicy: Container c for pod default\/strict-\w+ failed with exit code 1 matching FailJob rule at index 0$/,
    );
  });

  it('vanishes when its time is over', async () => {
    cluster = await HollowCluster.start();
    await run('brief', 'true', { ttlSecondsAfterFinished: 5 });
    await cluster.until(ended('brief'));
    const gone = (): Promise<boolean> =>
      get('brief').then(
        () => false,
        (error: unknown) => isNotFound(error),
      );
    expect(await gone()).toBe(false);
    await cluster.until(gone, 10_000);
    await cluster.until(async () => (await cluster.pods()).length === 0, 5000);
  });
});
