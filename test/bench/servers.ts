// The two that are compared: a simulated cluster of the built command, and a real control plane where its folder and its binaries are.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processTree, residentMiB, run } from './measure.ts';
import { hasRealBinary, REAL_BINARIES } from '../fixtures/real-binaries.ts';

export interface Server {
  readonly name: string;
  readonly kubeconfig: string;
  /** Of all its processes; none where they are not ours to look at. */
  readonly pids: readonly number[];
}

const ENTRY = join(import.meta.dirname, '../../dist/ckadet.js');
/** The folder that starts a real control plane, beside the repository. */
export const ORACLE = process.env['CKADET_ORACLE'] ?? join(import.meta.dirname, '../../../shared/oracle');

/** Why there is no real control plane to compare with; undefined where there is one. */
export function whyNoReal(): string | undefined {
  if (!existsSync(join(ORACLE, 'up'))) return `no folder ${ORACLE} that starts a real control plane; CKADET_ORACLE names another`;
  const missing = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'kubectl'].filter((each) => !hasRealBinary(each));
  return missing.length ? `${missing.join(', ')} missing in ${REAL_BINARIES}; CKADET_TEST_BINARIES names another folder` : undefined;
}

export const memoryOf = ({ pids }: Server): number => pids.reduce((sum, each) => sum + residentMiB(each), 0);

/** The command under test, with a home of its own. */
export class Simulator {
  readonly env: Readonly<Record<string, string>>;

  constructor(home: string) {
    this.env = { CKADET_HOME: home, HOME: home };
  }
  command(...args: string[]): readonly string[] {
    return [process.execPath, ENTRY, ...args];
  }
  run(...args: string[]): Promise<string> {
    return run(process.execPath, [ENTRY, ...args], this.env);
  }
  async up(name: string, ...options: string[]): Promise<Server> {
    await this.run('up', name, ...options);
    const { clusters } = JSON.parse(await this.run('status', '--json')) as { clusters: { name: string; pid: number }[] };
    const pid = clusters.find((each) => each.name === name)?.pid;
    return { name: 'simulator', kubeconfig: (await this.run('kubeconfig', name)).trim(), pids: pid === undefined ? [] : processTree(pid) };
  }
  async down(name: string): Promise<void> {
    await this.run('down', name, '--delete').catch(() => '');
  }
}

/** Nodes are Ready and the add-ons run when it resolves. */
export async function startReal(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const kubeconfig = (await run(join(ORACLE, 'up'), ['--dir', folder], { ORACLE_BIN: REAL_BINARIES, ...env })).trim();
  const pids = readFileSync(join(folder, 'pids'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ').at(-1)));
  return { name: 'real', kubeconfig, pids };
}

export function stopReal(folder: string): void {
  if (existsSync(folder)) spawnSync(join(ORACLE, 'down'), ['--dir', folder]);
}
