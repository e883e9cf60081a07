import { afterEach, describe, expect, it } from 'vitest';
import type { Secret } from '../../../src/kube/api/core-v1.ts';
import { configMaps, cronJobs, jobs, pods, replicationControllers, resourceQuotas, secrets, serviceAccounts } from '../../../src/kube/api/resources.ts';
import { formatInZone, formatRfc1123 } from '../../../src/sim/controllers/cronjob/schedule.ts';
import { parseCronSchedule } from '../../../src/kube/machinery/cron-schedule.ts';
import type { Draft } from '../../../src/kube/machinery/object.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster | undefined;
afterEach(() => cluster?.stop());

const at = { namespace: 'default' };

describe('a ResourceQuota', () => {
  it('counts what is there, and gives back what goes', async () => {
    const c = (cluster = await HollowCluster.start());
    const resources = { requests: { cpu: '300m', memory: '100Mi' } };
    await c.run('a', { containers: [{ name: 'c', image: 'nginx', resources }] });
    await c.client.create(configMaps, { metadata: { name: 'm' } }, at);
    await c.client.create(
      resourceQuotas,
      { metadata: { name: 'team' }, spec: { hard: { pods: '2', 'requests.cpu': '1', 'requests.memory': '1Gi', 'count/configmaps': '3' } } },
      at,
    );
    const used = async (): Promise<unknown> => (await c.client.get(resourceQuotas, 'team', at)).status?.used;
    await c.until(async () => (await used()) !== undefined, 5000);
    // kube-root-ca.crt is one of the two.
    expect(await used()).toEqual({ pods: '1', 'requests.cpu': '300m', 'requests.memory': '100Mi', 'count/configmaps': '2' });
    await c.client.delete(pods, 'a', at);
    await c.clock.advance(3000);
    expect(await used()).toEqual({ pods: '0', 'requests.cpu': '0', 'requests.memory': '0', 'count/configmaps': '2' });
  });
});

describe('a secret for the token of a service account', () => {
  const type = 'kubernetes.io/service-account-token';
  const keeper = (name: string, account: string): Draft<Secret> => ({
    metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
    type,
  });

  it('is filled, and goes with its account; without one it is taken away', async () => {
    const c = (cluster = await HollowCluster.start());
    await c.client.create(serviceAccounts, { metadata: { name: 'bot' } }, at);
    await c.client.create(secrets, keeper('kept', 'bot'), at);
    await c.client.create(secrets, keeper('stray', 'nobody'), at);
    await c.clock.advance(1000);
    const { data = {}, metadata } = await c.client.get(secrets, 'kept', at);
    expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'namespace', 'token']);
    expect(metadata.annotations?.['kubernetes.io/service-account.uid']).toBe((await c.client.get(serviceAccounts, 'bot', at)).metadata.uid);
    const claims: unknown = JSON.parse(
      Buffer.from(
        Buffer.from(data['token'] ?? '', 'base64')
          .toString()
          .split('.')[1] ?? '',
        'base64url',
      ).toString(),
    );
    expect(claims).toMatchObject({
      iss: 'kubernetes/serviceaccount',
      sub: 'system:serviceaccount:default:bot',
      'kubernetes.io/serviceaccount/secret.name': 'kept',
    });
    await expect(c.client.get(secrets, 'stray', at)).rejects.toMatchObject({ code: 404 });
    await c.client.delete(serviceAccounts, 'bot', at);
    await c.clock.advance(1000);
    await expect(c.client.get(secrets, 'kept', at)).rejects.toMatchObject({ code: 404 });
  });
});

describe('a CronJob', () => {
  const create = (c: HollowCluster, command: string[], spec: Record<string, unknown> = {}): Promise<unknown> =>
    c.client.create(
      cronJobs,
      {
        metadata: { name: 'tick' },
        spec: {
          schedule: '*/2 * * * *',
          concurrencyPolicy: 'Allow',
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: {
            spec: {
              completions: 1,
              parallelism: 1,
              backoffLimit: 6,
              template: { metadata: { labels: { app: 'tick' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command }] } },
            },
          },
          ...spec,
        },
      } as never,
      at,
    );

  it('starts its Jobs in time, keeps the newest and tells of them', async () => {
    const c = (cluster = await HollowCluster.start());
    await create(c, ['true']);
    await c.clock.advance(5 * 60_000);
    const { items } = await c.client.list(jobs, at);
    expect(items).toHaveLength(1);
    const name = items[0]?.metadata.name;
    expect(name).toBe(`tick-${Date.UTC(2026, 0, 1, 0, 4) / 60_000}`);
    expect(items[0]?.metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:04:00Z' });
    const { status } = await c.client.get(cronJobs, 'tick', at);
    expect(status).toMatchObject({ lastScheduleTime: '2026-01-01T00:04:00Z' });
    expect(status.active).toBeUndefined();
    expect(status.lastSuccessfulTime).toBeDefined();
    const first = `tick-${Date.UTC(2026, 0, 1, 0, 2) / 60_000}`;
    expect((await c.events('tick')).toSorted()).toEqual([
      `SawCompletedJob Saw completed job: ${first}, condition: Complete`,
      `SawCompletedJob Saw completed job: ${name}, condition: Complete`,
      `SuccessfulCreate Created job ${first}`,
      `SuccessfulCreate Created job ${name}`,
      `SuccessfulDelete Deleted job ${first}`,
    ]);
  });

  it('waits for the one that runs where two are forbidden', async () => {
    const c = (cluster = await HollowCluster.start());
    await create(c, ['sleep', '3600'], { concurrencyPolicy: 'Forbid' });
    await c.clock.advance(5 * 60_000);
    expect((await c.client.list(jobs, at)).items).toHaveLength(1);
    expect((await c.client.get(cronJobs, 'tick', at)).status.active).toHaveLength(1);
    expect((await c.events('tick')).at(-1)).toBe('JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid');
  });

  it('reads schedules as upstream does', () => {
    const from = Date.UTC(2026, 0, 1);
    const next = (text: string, zone?: string): string | undefined => {
      const found = parseCronSchedule(text, zone).next(from);
      return found === undefined ? undefined : new Date(found).toISOString();
    };
    expect(next('5/20 * * * *')).toBe('2026-01-01T00:05:00.000Z');
    expect(next('@every 90s')).toBe('2026-01-01T00:01:30.000Z');
    expect(next('0 0 13 * 5')).toBe('2026-01-02T00:00:00.000Z');
    expect(next('0 9 * * *', 'Asia/Tokyo')).toBe('2026-01-02T00:00:00.000Z');
    expect(next('TZ=Asia/Tokyo 30 9 * * *')).toBe('2026-01-01T00:30:00.000Z');
    expect(next('0 0 31 2 *')).toBeUndefined();
    expect(() => parseCronSchedule('61 * * * *')).toThrow('end of range (61) above maximum (59): 61');
    expect(() => parseCronSchedule('* * * *')).toThrow('expected exactly 5 fields, found 4: [* * * *]');
    expect(() => parseCronSchedule('0 0 * * 7')).toThrow('end of range (7) above maximum (6): 7');
    expect(() => parseCronSchedule('@never')).toThrow('unrecognized descriptor: @never');
    expect(() => parseCronSchedule('* * * * *', 'Mars/Base')).toThrow('unknown time zone Mars/Base');
    expect(formatInZone(from, 'Asia/Kolkata')).toBe('2026-01-01T05:30:00+05:30');
    expect(formatInZone(from, 'UTC')).toBe('2026-01-01T00:00:00Z');
    expect(formatRfc1123(from)).toBe('Thu, 01 Jan 2026 00:00:00 +0000');
  });
});

describe('a ReplicationController', () => {
  it('keeps its pods', async () => {
    const c = (cluster = await HollowCluster.start());
    const labels = { app: 'old' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    await c.client.create(replicationControllers, { metadata: { name: 'old' }, spec: { replicas: 2, selector: labels, template } } as never, at);
    await c.until(async () => (await c.client.get(replicationControllers, 'old', at)).status?.readyReplicas === 2);
    expect((await c.client.get(replicationControllers, 'old', at)).status).toMatchObject({ replicas: 2, fullyLabeledReplicas: 2, availableReplicas: 2 });
    expect((await c.events('old')).map((each) => each.replace(/: .*/, ''))).toEqual(['SuccessfulCreate Created pod', 'SuccessfulCreate Created pod']);
  });
});
