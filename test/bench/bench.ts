// Start-up, memory, idle CPU, requests per second and stalls of the built command, beside those of a real control plane in the same run.
// Prints ratios, judges nothing. usage: npm run bench [-- --large] [-- --against KUBECONFIG]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Generator, type Rate } from './generator.ts';
import { manyPods, PODS } from './many-pods.ts';
import { cpuTicks, isInstalled, median, print, timeCommands } from './measure.ts';
import { longestAnswer } from './probe.ts';
import { memoryOf, Simulator, startReal, stopReal, whyNoReal, type Server } from './servers.ts';

const IDLE_SECONDS = 20;
const UPS = 5;
/** So often each rate is measured, in turns. */
const ROUNDS = 3;
const { against, large } = parseArgs({ options: { against: { type: 'string' }, large: { type: 'boolean', default: false } } }).values;
const scratch = mkdtempSync(join(tmpdir(), 'ckadet-bench-'));
const realFolder = join(scratch, 'real');
const simulator = new Simulator(join(scratch, 'home'));
type Row = [what: string, ours: string, theirs: string, ratio: string];
const rows: Row[] = [];
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const mib = (value: number): string => `${value.toFixed(0)} MiB`;
const times = (ours: number, theirs: number | undefined): string => (theirs === undefined ? '' : `${(ours / theirs).toFixed(2)} ×`);
const say = (what: string): void => void process.stderr.write(`${what}\n`);

/** The same figure of both, one after the other. */
async function both(
  what: string,
  servers: readonly Server[],
  figure: (server: Server) => number | Promise<number>,
  shown: (value: number) => string,
): Promise<void> {
  say(what);
  const values: number[] = [];
  for (const server of servers) values.push(await figure(server));
  const [ours = Number.NaN, theirs] = values;
  rows.push([what, shown(ours), theirs === undefined ? '' : shown(theirs), times(ours, theirs)]);
}

/** Rates; the ratio is that of answers per second. */
async function rates(what: string, servers: readonly Server[], figure: (server: Server) => Promise<Rate>): Promise<void> {
  say(what);
  const shown = ({ perSecond, p50Ms, p99Ms }: Rate): string => `${perSecond.toFixed(0)}/s, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`;
  const found = servers.map((): Rate[] => []);
  for (let i = 0; i < ROUNDS; i++) for (const [which, server] of servers.entries()) found[which]?.push(await figure(server));
  const [ours, theirs] = found.map((each) => each.sort((a, b) => a.perSecond - b.perSecond)[Math.floor(ROUNDS / 2)]);
  if (ours) rows.push([what, shown(ours), theirs ? shown(theirs) : '', times(ours.perSecond, theirs?.perSecond)]);
}

function commandStarts(): void {
  const [bare = Number.NaN] = timeCommands([[process.execPath, '-e', '0']], simulator.env);
  rows.push(['bare node', ms(bare), '', '']);
  for (const args of [['--version'], ['lab', 'list'], ['--help']]) {
    const [took = Number.NaN] = timeCommands([simulator.command(...args)], simulator.env);
    rows.push([`ckadet ${args.join(' ')}`, ms(took), '', `${(took / bare).toFixed(2)} × bare node`]);
  }
}

/** Both up, with how long it took. */
async function startBoth(): Promise<readonly Server[]> {
  const ups: number[] = [];
  let ours: Server | undefined;
  for (let i = 0; i < UPS; i++) {
    if (ours) await simulator.down('bench');
    const start = performance.now();
    await simulator.run('up', 'bench');
    ups.push(performance.now() - start);
    ours = await simulator.up('bench');
  }
  const took = median(ups);
  if (!ours) throw new Error('nothing is up');
  if (against) return [ours, { name: 'other', kubeconfig: against, pids: [] }];
  const missing = whyNoReal();
  if (missing) {
    say(`nothing to compare with: ${missing}`);
    rows.push(['start to three nodes Ready', ms(took), '', '']);
    return [ours];
  }
  const start = performance.now();
  const real = await startReal(realFolder);
  const theirs = performance.now() - start;
  rows.push(['start to three nodes Ready', ms(took), ms(theirs), `${(theirs / took).toFixed(1)} × faster`]);
  return [ours, real];
}

async function idle(servers: readonly Server[]): Promise<void> {
  const watched = servers.filter(({ pids }) => pids.length);
  if (!watched.length || process.platform !== 'linux') return;
  await wait(IDLE_SECONDS * 500);
  const ticks = (server: Server): number => server.pids.reduce((sum, each) => sum + cpuTicks(each), 0);
  const before = watched.map(ticks);
  await wait(IDLE_SECONDS * 1000);
  const used = watched.map((each, i) => (ticks(each) - (before[i] ?? 0)) / IDLE_SECONDS);
  await both('idle, resident memory', watched, memoryOf, mib);
  await both(
    'idle, CPU of a core',
    watched,
    (server) => used[watched.indexOf(server)] ?? Number.NaN,
    (value) => `${value.toFixed(2)} %`,
  );
}

async function getPods(what: string, servers: readonly Server[], ...where: string[]): Promise<void> {
  if (!isInstalled('kubectl')) return;
  const commands = servers.map(({ kubeconfig }) => ['kubectl', '--kubeconfig', kubeconfig, 'get', 'pods', ...where]);
  const took = timeCommands(commands, simulator.env);
  await both(what, servers, (server) => took[servers.indexOf(server)] ?? Number.NaN, ms);
}

async function requests(servers: readonly Server[], generator: Generator): Promise<void> {
  const nodes = { path: '/api/v1/nodes', n: 10_000, c: 32 };
  const pods = '/api/v1/namespaces/bench-fill/pods';
  await rates('GET nodes, one at a time', servers, (server) => generator.rate(server, 'get', { ...nodes, n: 2000, c: 1 }));
  await rates('GET nodes, 32 connections', servers, (server) => generator.rate(server, 'get', nodes, 'many'));
  await rates('GET nodes, 32 at a time over one', servers, (server) => generator.rate(server, 'get', nodes));
  await rates('create ConfigMaps, 32 connections', servers, (server) => generator.rate(server, 'create', { n: 2000, c: 32 }, 'many'));
  await rates('100 watchers × 1,000 events', servers, (server) => generator.rate(server, 'watch', { w: 100, e: 1000 }));
  for (const server of servers) await generator.run(server, 'fill', { n: 1000 });
  await rates('LIST 1,000 pods, one at a time', servers, (server) => generator.rate(server, 'get', { path: pods, n: 100, c: 1 }));
  await rates('LIST 1,000 pods, 8 at a time', servers, (server) => generator.rate(server, 'get', { path: pods, n: 200, c: 8 }));
  await getPods('kubectl get pods, 1,000 of them', servers, '-n', 'bench-fill');
  for (const server of servers) await generator.run(server, 'fill', { n: 10_000 });
  await both(
    'longest GET while 10,000 pods are listed',
    servers,
    (server) => longestAnswer(server.kubeconfig, '/api/v1/namespaces/default', () => generator.run(server, 'get', { path: pods, n: 20, c: 2 })),
    ms,
  );
}

/** One cluster after the other: they are large. */
async function memoryOfMany(generator: Generator | string): Promise<void> {
  const found: number[] = [];
  say(`${PODS} pods on 100 nodes`);
  const ours = await simulator.up('many', '--workers', '99');
  found.push(await manyPods(ours, say).then(() => memoryOf(ours)));
  await simulator.down('many');
  if (!against && !whyNoReal() && typeof generator !== 'string') {
    const fast = '--kube-api-qps=5000 --kube-api-burst=5000';
    const real = await startReal(realFolder, { ORACLE_SCHEDULER_FLAGS: fast, ORACLE_KCM_FLAGS: fast });
    await generator.run(real, 'nodes', { n: 97 });
    found.push(await manyPods(real, say).then(() => memoryOf(real)));
    stopReal(realFolder);
  }
  const [mine = Number.NaN, theirs] = found;
  rows.push([`${PODS} pods on 100 nodes, resident memory`, mib(mine), theirs === undefined ? '' : mib(theirs), times(mine, theirs)]);
}

try {
  commandStarts();
  const servers = await startBoth();
  await idle(servers);
  await getPods('kubectl get pods -A', servers, '-A');
  const generator = Generator.build(scratch);
  if (typeof generator === 'string') say(`no requests are measured: ${generator}`);
  else await requests(servers, generator);
  await simulator.down('bench');
  stopReal(realFolder);
  if (large) await memoryOfMany(generator);
} finally {
  print([['', 'simulator', against ? 'other' : 'real', 'simulator / real'], ...rows]);
  await simulator.down('bench');
  if (large) await simulator.down('many');
  stopReal(realFolder);
  rmSync(scratch, { recursive: true, force: true });
}
