// The real kube-controller-manager and kube-scheduler at work on our API server: whatever they are told or refused, they must not tell it from their own.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../../fixtures/ckadet.ts';
import { temporaryFolder } from '../../fixtures/scratch.ts';

const find = (name: string): string | undefined =>
  [process.env['CKADET_TEST_CONTROL_PLANE'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(existsSync);
const controllerManager = find('kube-controller-manager');
const scheduler = find('kube-scheduler');
const kubectlPath = find('kubectl');
const isHere = controllerManager !== undefined && scheduler !== undefined && kubectlPath !== undefined;

const home = temporaryFolder();
const at = (name: string): string => join(home.path, name);
const running: { readonly name: string; readonly child: ChildProcess }[] = [];
let kubeconfig = '';

const kubectl = async (...args: readonly string[]): Promise<string> =>
  (
    await promisify(execFile)(kubectlPath ?? '', ['--kubeconfig', kubeconfig, '--cache-dir', at('cache'), '--namespace', 'work', ...args], { encoding: 'utf8' })
  ).stdout.trim();

function start(name: string, program: string, flags: readonly string[]): void {
  const log = openSync(at(`${name}.log`), 'w');
  const own = ['--kubeconfig', kubeconfig, '--authentication-kubeconfig', kubeconfig, '--authorization-kubeconfig', kubeconfig];
  running.push({
    name,
    child: spawn(program, [...own, '--bind-address', '127.0.0.1', '--secure-port', '0', '--leader-elect=true', ...flags], { stdio: ['ignore', log, log] }),
  });
  closeSync(log);
}

/** What the programs complained of, beside what they complain of on a real server too. */
const complaints = (name: string): readonly string[] =>
  readFileSync(at(`${name}.log`), 'utf8')
    .split('\n')
    .filter((line) => /^[EF]\d{4} /.test(line) || /panic/i.test(line))
    .filter((line) => !USUAL.some((each) => each.test(line)));
/** No metrics server; optimistic locking lost to another controller; workloads that would come back in a namespace on its way out; an autoscaler whose target was deleted. */
const USUAL = [
  /metrics\.k8s\.io/,
  /the object has been modified/,
  /FailedGetResourceMetric/,
  /unable to get metrics/,
  /because it is being terminated/,
  /failed to query scale subresource .* not found/,
];

describe.skipIf(!isHere)('real kube-controller-manager and kube-scheduler (skipped where they are not on the machine)', () => {
  beforeAll(async () => {
    const { exitCode, stderr } = await ckadet(['up', 'real', '--disable', 'controllers,scheduler'], { home: home.path });
    if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
    kubeconfig = (await ckadet(['kubeconfig', 'real'], { home: home.path })).stdout.trim();
    const pki = JSON.parse(readFileSync(join(kubeconfig, '../data/pki.json'), 'utf8')) as {
      ca: { certificate: string; key: string };
      serviceAccountKey: string;
    };
    for (const [name, content] of [
      ['ca.crt', pki.ca.certificate],
      ['ca.key', pki.ca.key],
      ['sa.key', pki.serviceAccountKey],
    ] as const)
      writeFileSync(at(name), content, { mode: 0o600 });
    start('kube-controller-manager', controllerManager ?? '', [
      '--allocate-node-cidrs=true',
      '--cluster-cidr=10.244.0.0/16',
      '--service-cluster-ip-range=10.96.0.0/12',
      `--cluster-signing-cert-file=${at('ca.crt')}`,
      `--cluster-signing-key-file=${at('ca.key')}`,
      `--root-ca-file=${at('ca.crt')}`,
      `--service-account-private-key-file=${at('sa.key')}`,
      '--controllers=*,bootstrapsigner,tokencleaner',
      '--use-service-account-credentials=true',
    ]);
    start('kube-scheduler', scheduler ?? '', []);
    await kubectl('create', 'namespace', 'work');
    await kubectl('wait', '--for=create', 'serviceaccount/default', '--timeout=60s');
    await kubectl('apply', '-f', join(import.meta.dirname, 'workloads.yaml'));
  });
  afterAll(async () => {
    for (const { child } of running) child.kill();
    await Promise.all(running.map(({ child }) => (child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined)));
    await ckadet(['down', 'real', '--delete'], { home: home.path });
    home.remove();
  });

  test('a Deployment with 20 replicas rolls out and back', async () => {
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    await kubectl('set', 'image', 'deployment/web', 'c=nginx:1.28');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    await kubectl('rollout', 'undo', 'deployment/web');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    expect(await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.status.readyReplicas} {.spec.template.spec.containers[0].image}')).toBe('20 nginx:1.27');
  });

  test('Job, StatefulSet and DaemonSet finish, a CronJob is scheduled', async () => {
    await kubectl('wait', '--for=condition=complete', 'job/once', '--timeout=60s');
    await kubectl('rollout', 'status', 'statefulset/db', '--timeout=60s');
    await kubectl('rollout', 'status', 'daemonset/agent', '--timeout=60s');
    await kubectl('wait', '--for=jsonpath={.status.lastScheduleTime}', 'cronjob/tick', '--timeout=90s');
    expect(await kubectl('get', 'pods', '-l', 'app=db', '-o', 'name')).toBe('pod/db-0\npod/db-1\npod/db-2');
    expect(await kubectl('get', 'daemonset', 'agent', '-o', 'jsonpath={.status.numberReady}')).toBe('3');
  });

  test('budget, quota and autoscaler show what there is', async () => {
    await kubectl('wait', '--for=jsonpath={.status.disruptionsAllowed}=5', 'pdb/web', '--timeout=30s');
    await kubectl('wait', '--for=jsonpath={.status.used.count/deployments\\.apps}=1', 'resourcequota/limits', '--timeout=30s');
    await kubectl('wait', '--for=condition=AbleToScale', 'hpa/web', '--timeout=60s');
    expect(await kubectl('get', 'pdb', 'web', '-o', 'jsonpath={.status.expectedPods} {.status.desiredHealthy}')).toBe('20 15');
  });

  test('what a deleted owner leaves is collected, a namespace empties and goes', async () => {
    await kubectl('delete', 'deployment', 'web', '--cascade=background');
    await kubectl('wait', '--for=delete', 'pod', '-l', 'app=web', '--timeout=90s');
    expect(await kubectl('get', 'replicasets', '-o', 'name')).toBe('');
    await kubectl('delete', 'namespace', 'work', '--timeout=90s');
  });

  test('neither of them complained', () => {
    expect(running.map(({ child }) => child.exitCode)).toEqual([null, null]);
    expect(running.flatMap(({ name }) => complaints(name))).toEqual([]);
  });
});
