// Plans of every topology against files that were read by people: what is done, what is rendered, and scripts that a shell accepts.
// `UPDATE_GOLDEN=1 npx vitest run test/unit/provision/plans.test.ts` writes the files anew.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOPOLOGIES, type Topology } from '../../../src/provision/cluster-file/schema.ts';
import { createPlan, type LoadedCluster } from '../../../src/provision/load.ts';
import type { Plan } from '../../../src/provision/plan/action.ts';
import { describePlan } from '../../../src/provision/plan/describe.ts';
import { renderedFiles } from '../../../src/provision/plan/rendered-files.ts';
import { runbook } from '../../../src/provision/plan/runbook.ts';
import { scripts } from '../../../src/provision/plan/scripts.ts';
import { clusterYaml, inIPv6, packageFolder, specOf } from '../../fixtures/cluster-files.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { REDHAT_FACTS } from '../../fixtures/pretend-host.ts';

const GOLDEN = new URL('../../golden/provision/', import.meta.url);
const ALL = Object.keys(TOPOLOGIES) as readonly Topology[];

const fromFolder = (yaml: string): LoadedCluster => ({
  path: '/c/cluster.yaml',
  spec: specOf(`${yaml}packages: {source: folder, path: /packages}\n`),
  packages: packageFolder(),
});
const fromRepositories = (yaml: string): LoadedCluster => ({ path: '/c/cluster.yaml', spec: specOf(yaml), packages: undefined });

const REDHAT = { ...REDHAT_FACTS, interface: 'ens3', prefix: 22 } as const;
const factsFor = (loaded: LoadedCluster) => new Map(loaded.spec.hosts.map(({ name }) => [name, REDHAT]));

const OTHER = `kubernetesVersion: "1.36.1"
cni: calico
runtime: cri-o
addons: {metricsServer: true, localStorage: true}
packages: {source: repositories, mirror: "https://mirror.example/k8s", proxy: "http://proxy.example:3128", noProxy: .example}
patches:
  kubelet: {maxPods: 50}
  kubeadm: {ClusterConfiguration: {apiServer: {extraArgs: [{name: audit-log-path, value: "-"}]}}}`;

const BEHIND_PROXY = `kubernetesVersion: "1.36.1"
cni: cilium
packages:
  source: repositories
  proxy: "http://proxy.example:3128"
  noProxy: .intern,192.168.0.0/16,mirror.example
  imageMirrors: {registry.k8s.io: "https://registry.intern/k8s/", quay.io: "http://192.168.7.7:5000"}
patches:
  containerd: |
    [plugins."io.containerd.cri.v1.images"]
      max_concurrent_downloads = 9`;

const CASES: Readonly<Record<string, () => Plan>> = {
  ...Object.fromEntries(ALL.map((topology) => [topology, () => createPlan(fromFolder(clusterYaml(topology)))])),
  'single-repositories': () => createPlan(fromRepositories(clusterYaml('single'))),
  'single-redhat': () => {
    const loaded = fromRepositories(clusterYaml('single'));
    return createPlan(loaded, factsFor(loaded));
  },
  'ha-stacked-ipv6': () => createPlan(fromFolder(inIPv6(clusterYaml('ha-stacked')))),
  'single-behind-proxy': () => createPlan(fromRepositories(clusterYaml('single', BEHIND_PROXY))),
  'ha-stacked-other': () => createPlan(fromRepositories(clusterYaml('ha-stacked', OTHER))),
};

function golden(name: string, actual: string): string {
  const file = new URL(name, GOLDEN);
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, actual);
  }
  return readFileSync(file, 'utf8');
}

describe.each(Object.entries(CASES))('the plan %s', (name, make) => {
  const plan = make();

  it('is as it was read', () => {
    const text = describePlan(plan);
    expect(text).toBe(golden(`${name}.plan.txt`, text));
  });

  it('renders the files that were read', () => {
    const text = renderedFiles(plan)
      .map(({ path, content }) => `=== ${path}\n${content.endsWith('\n') ? content : `${content}\n`}`)
      .join('');
    expect(text).toBe(golden(`${name}.files.txt`, text));
    expect(text).not.toMatch(/@\{|undefined|\[object/);
  });

  it('is the same each time', () => {
    expect(make()).toEqual(plan);
  });

  it('tells of every action in the runbook', () => {
    const text = runbook(plan);
    for (const { actions } of plan.tasks) for (const { says } of actions) expect(text.toLowerCase()).toContain(says.toLowerCase());
  });

  it('names each action once in its task, and what it follows', () => {
    for (const { id, actions, needs } of plan.tasks) {
      const ids = actions.map((action) => action.id);
      expect([id, ids]).toEqual([id, [...new Set(ids)]]);
      // In one source of packages it follows what the other has not; something there must be.
      const idle = actions.filter((action) => action.kind === 'command' && action.onChangeOf && !action.onChangeOf.some((each) => ids.includes(each)));
      expect([id, idle]).toEqual([id, []]);
      expect([id, needs.filter((need) => !plan.tasks.some((task) => task.id === need))]).toEqual([id, []]);
    }
  });

  it('is scripts that shells accept', () => {
    const files = scripts(plan, { login: (host) => [`debian@${host}`], packages: '/packages', layout: { topology: 'single' } });
    const of = (shell: string): readonly string[] => files.flatMap(({ content }) => (content.startsWith(`#!/bin/${shell}\n`) ? [content] : []));
    expect(of('sh').length + of('bash').length).toBe(files.length);
    expect([complaints('sh', of('sh')), complaints('bash', of('bash'))]).toEqual(['', '']);
  });

  it('has commands that shells accept', () => {
    const texts = plan.tasks.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'command' ? [action.script, action.unless, action.undo] : [])),
    );
    expect(complaints('sh', [...new Set(texts.filter((text) => text !== undefined))])).toBe('');
  });
});

/** A host on which these are done without anybody: it has no swap, and nothing of these names. The kernel's state is the machine's, and differs from one to the next. */
const DONE_ON_BARE_HOSTS = [
  'prepare-kernel/swap-off',
  'prepare-kernel/load-modules',
  'prepare-kernel/apply-sysctls',
  'kubernetes-binaries/put-aside',
  'selinux/permissive',
];

it.each(Object.entries(CASES))('on a bare host the plan %s takes nothing for done that comes with an earlier step', (_, make) => {
  const bin = scratchFolder();
  for (const name of ['awk', 'cut', 'grep', 'sha256sum', 'tr', 'wc']) {
    const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(path, join(bin, name));
  }
  const tests = new Map<string, string>();
  for (const { phase, actions } of make().tasks)
    for (const action of actions)
      // Where it only follows others, they are what decides.
      if (action.kind === 'command' && action.unless !== undefined && !action.onChangeOf) tests.set(action.unless, `${phase}/${action.id}`);
  const root = scratchFolder();
  const done = [...tests].filter(([test]) => {
    const moved = test.replaceAll(/(?<![\w.}/-])\/(?=(?:var|etc|opt|run|usr)\/)/g, `${root}/`);
    return spawnSync('/bin/sh', ['-c', moved], { env: { PATH: bin, HOME: root } }).status === 0;
  });
  expect(done.map(([, id]) => id).filter((id) => !DONE_ON_BARE_HOSTS.includes(id))).toEqual([]);
});

it('a script that is broken is noticed', () => {
  expect(complaints('sh', ['echo fine', 'if true; then', 'echo fine'])).toMatch(/yntax error/);
});

/** What the shell says of these scripts without running them, all in one go. */
function complaints(shell: string, texts: readonly string[]): string {
  return spawnSync(shell, ['-n'], { input: texts.map((text) => `(\n${text}\n)\n`).join(''), encoding: 'utf8' }).stderr;
}
