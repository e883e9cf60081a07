// Every topology on real hosts: made, made again without a change, used, and taken back without a trace.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet, type Ran } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';
import { type Inventory, type InventoryHost, loadInventory } from './inventory.ts';
import { NO_RULE_SCRIPT, SEED_RULE_SCRIPT, SEED_SCRIPT, STATE_SCRIPT } from './state.ts';
import { provePods } from './prove-pods.ts';

const inventory = loadInventory();
const whyNot = 'whyNot' in inventory ? inventory.whyNot : undefined;
const { hosts, packages, vip } = 'whyNot' in inventory ? ({ hosts: [], packages: {}, vip: '' } satisfies Inventory) : inventory;

type Role = 'control-plane' | 'worker' | 'etcd';
interface Case {
  readonly topology: string;
  readonly roles: readonly (readonly Role[])[];
  readonly drills?: boolean;
}
const CASES: readonly Case[] = [
  { topology: 'all-in-one', roles: [['control-plane', 'worker']] },
  { topology: 'single', roles: [['control-plane'], ['worker']] },
  { topology: 'single-external-etcd', roles: [['control-plane'], ['etcd'], ['worker']] },
  { topology: 'ha-stacked', roles: [['control-plane'], ['control-plane'], ['control-plane'], ['worker']], drills: true },
  { topology: 'ha-external-etcd', roles: [['control-plane'], ['control-plane'], ['control-plane'], ['etcd'], ['etcd'], ['etcd'], ['worker']] },
];
const ONLY = process.env['CKADET_TEST_TOPOLOGIES']?.split(',');

const scratch = temporaryFolder();
afterAll(() => scratch.remove());
const run = (...args: readonly string[]): Promise<Ran> => ckadet(['cluster', ...args], { home: scratch.path });

function ssh({ address, user, identity }: InventoryHost, script: string): Promise<string> {
  const words = ['-F', join(scratch.path, '.ssh/config'), '-i', identity, `${user}@${address}`, 'sudo', '-n', 'bash', '-s'];
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', words, { maxBuffer: 2 ** 27 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${address}: ${stderr}`)) : resolve(stdout),
    );
    child.stdin?.end(script);
  });
}

beforeAll(() => {
  mkdirSync(join(scratch.path, '.ssh'), { mode: 0o700 });
  const known = join(scratch.path, '.ssh/known_hosts');
  writeFileSync(join(scratch.path, '.ssh/config'), `Host *\n  StrictHostKeyChecking accept-new\n  UserKnownHostsFile ${known}\n  IdentitiesOnly yes\n`, {
    mode: 0o600,
  });
});

describe.skipIf(whyNot !== undefined)(`real hosts (skipped: ${whyNot ?? 'no'})`, () => {
  for (const { topology, roles, drills } of CASES) {
    const enough = hosts.length >= roles.length && (!ONLY || ONLY.includes(topology));
    describe.skipIf(!enough)(`${topology} on ${roles.length} of ${hosts.length} hosts`, () => {
      const used = hosts.slice(0, roles.length);
      const file = join(scratch.path, `${topology}.yaml`);
      const before = new Map<string, string>();
      const states = async (): Promise<ReadonlyMap<string, string>> =>
        new Map(await Promise.all(used.map(async (host) => [host.name, await ssh(host, STATE_SCRIPT)] as const)));
      let kubeconfig = '';

      beforeAll(async () => {
        const cgroup = await ssh(used[0] as InventoryHost, 'stat -fc %T /sys/fs/cgroup');
        const cluster = {
          name: topology,
          topology,
          hosts: used.map((host, i) => ({ ...host, roles: roles[i] })),
          ...(topology.startsWith('ha-') ? { endpoint: { address: vip, port: 8443 } } : {}),
          packages,
          runtime: process.env['CKADET_TEST_RUNTIME'] ?? 'containerd',
          ...(cgroup.trim() === 'cgroup2fs' ? {} : { preflight: { accept: [{ check: 'cgroup', reason: 'test hosts that are containers' }] } }),
          // What containers may not do that machines may.
          patches: {
            kubeProxy: { conntrack: { maxPerCore: 0 } },
            // Containerd 2 reads the one, 1 the other.
            containerd: ['io.containerd.cri.v1.runtime', 'io.containerd.grpc.v1.cri']
              .map((name) => `[plugins.'${name}']\n  restrict_oom_score_adj = true\n`)
              .join(''),
          },
        };
        writeFileSync(file, stringify(cluster));
        for (const host of used) await ssh(host, `${SEED_SCRIPT}\n${drills ? NO_RULE_SCRIPT : SEED_RULE_SCRIPT}`);
        for (const [name, state] of await states()) before.set(name, state);
      });
      afterAll(async () => {
        await run('reset', '-f', file, '--yes');
      });

      test('is made', async () => {
        const { exitCode, stderr, stdout } = await run('create', '-f', file, '--yes');
        expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
        expect(stdout).toContain('is ready');
      });

      test('is made again without a change', async () => {
        const { exitCode, stdout } = await run('create', '-f', file, '--yes', '--json');
        expect(exitCode).toBe(0);
        const made = JSON.parse(stdout) as { readonly changes: object; readonly kubeconfig: string };
        expect(made.changes).toEqual({});
        kubeconfig = made.kubeconfig;
      });

      test('runs pods that reach each other by address and by name', async () => {
        expect(await provePods(kubeconfig)).toEqual([]);
      });

      test.runIf(drills)('survives every fault', async () => {
        const { exitCode, stdout, stderr } = await run('drill', '-f', file, '--yes', '--json');
        expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
        const rows = JSON.parse(stdout) as readonly {
          readonly fault: string;
          readonly host: string;
          readonly outage: { readonly lastFailureMs: number | null };
        }[];
        console.log(rows.map(({ fault, host, outage }) => `${fault} on ${host}: ${outage.lastFailureMs ?? 0} ms`).join('\n'));
        expect(rows.map(({ fault }) => fault)).toEqual(['haproxy', 'keepalived', 'apiserver', 'etcd', 'host']);
      });

      test('is taken back, and the hosts are as before', async () => {
        const { exitCode, stderr } = await run('reset', '-f', file, '--yes');
        expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
        for (const [name, state] of await states()) {
          const [was, is] = [new Set((before.get(name) ?? '').split('\n')), new Set(state.split('\n'))];
          const gone = [...was].filter((line) => !is.has(line)).map((line) => `- ${line}`);
          const added = [...is].filter((line) => !was.has(line)).map((line) => `+ ${line}`);
          expect({ name, changed: [...gone, ...added] }).toEqual({ name, changed: [] });
        }
      });
    });
  }
});
