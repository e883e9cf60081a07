// Start-up, cold `up`, memory, idle CPU and requests per second of the built command; ratios against bare node, and against another API server when its kubeconfig is given.
// usage: npm run bench [-- --against KUBECONFIG]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { load, type Load } from './load.ts';
import { cpuTicks, isInstalled, median, print, processTree, residentMiB, run, timeCommand } from './measure.ts';

const ENTRY = join(import.meta.dirname, '../../dist/ckadet.js');
const IDLE_SECONDS = 20;
const UPS = 5;
const { against } = parseArgs({ options: { against: { type: 'string' } } }).values;
const home = mkdtempSync(join(tmpdir(), 'ckadet-bench-'));
const env = { CKADET_HOME: home, HOME: home };
const ckadet = (...args: string[]): Promise<string> => run(process.execPath, [ENTRY, ...args], env);
const rows: [string, string, string][] = [];
const ms = (value: number): string => `${value.toFixed(1)} ms`;

try {
  const bare = timeCommand([process.execPath, '-e', '0'], env);
  rows.push(['bare node', ms(bare), '1']);
  for (const args of [['--version'], ['lab', 'list'], ['--help']]) {
    const took = timeCommand([process.execPath, ENTRY, ...args], env);
    rows.push([`ckadet ${args.join(' ')}`, ms(took), `${(took / bare).toFixed(2)} × bare node`]);
  }
  const ups: number[] = [];
  for (let i = 0; i < UPS; i++) {
    if (i > 0) await ckadet('down', 'bench', '--delete');
    const start = performance.now();
    await ckadet('up', 'bench');
    ups.push(performance.now() - start);
  }
  rows.push(['cold up, three nodes Ready', ms(median(ups)), `${(median(ups) / bare).toFixed(0)} × bare node`]);

  const { clusters } = JSON.parse(await ckadet('status', '--json')) as { clusters: { pid: number }[] };
  const pid = clusters[0]?.pid;
  if (pid !== undefined && process.platform === 'linux') {
    await wait(IDLE_SECONDS * 500);
    const tree = processTree(pid);
    const before = tree.map(cpuTicks);
    await wait(IDLE_SECONDS * 1000);
    const used = tree.reduce((sum, each, i) => sum + cpuTicks(each) - (before[i] ?? 0), 0);
    rows.push(['idle cluster, resident memory', `${tree.reduce((sum, each) => sum + residentMiB(each), 0).toFixed(0)} MiB`, `${tree.length} process(es)`]);
    rows.push(['idle cluster, CPU', `${(used / IDLE_SECONDS).toFixed(2)} % of a core`, `over ${IDLE_SECONDS} s`]);
  }
  const kubeconfig = (await ckadet('kubeconfig', 'bench')).trim();
  if (isInstalled('kubectl')) {
    const kubectl = (file: string): number => timeCommand(['kubectl', '--kubeconfig', file, 'get', 'pods', '-A'], env);
    const ours = kubectl(kubeconfig);
    rows.push(['kubectl get pods -A', ms(ours), against ? `${(ours / kubectl(against)).toFixed(2)} × the other` : '']);
  }
  const loads: readonly [string, Load][] = [
    ['GET nodes, one at a time', { kind: 'get', path: '/api/v1/nodes', requests: 2000, concurrency: 1 }],
    ['GET nodes, 32 at a time', { kind: 'get', path: '/api/v1/nodes', requests: 10_000, concurrency: 32 }],
    ['create ConfigMaps, 32 at a time', { kind: 'create', requests: 5000, concurrency: 32 }],
  ];
  for (const [what, each] of loads) {
    const ours = await load(kubeconfig, each);
    const theirs = against ? await load(against, each) : undefined;
    rows.push([
      what,
      `${ours.perSecond.toFixed(0)} req/s, p50 ${ms(ours.p50)}, p99 ${ms(ours.p99)}`,
      theirs ? `${(ours.perSecond / theirs.perSecond).toFixed(2)} × the other's ${theirs.perSecond.toFixed(0)} req/s` : '',
    ]);
  }
  print(rows);
} finally {
  await ckadet('down', 'bench', '--delete').catch(() => '');
  rmSync(home, { recursive: true, force: true });
}
