// Breaks a highly available cluster on purpose, one fault after the other, and measures how long its API is away through the virtual address.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { loadKubeconfig } from '../../kube/kubeconfig/load.ts';
import { resolveContext } from '../../kube/kubeconfig/resolve.ts';
import { type Clock, delay } from '../../platform/clock.ts';
import type { Home } from '../../platform/home.ts';
import type { Progress } from '../../platform/progress.ts';
import { fetchKubeconfig } from '../cluster-kubeconfig.ts';
import { type ClusterSpec, hostPort } from '../cluster-file/cluster-spec.ts';
import type { Fault } from '../drill/faults.ts';
import { measureOutage, type Outage } from '../drill/probe.ts';
import { whileBroken } from '../drill/while-broken.ts';
import { etcdctl } from '../phases/etcdctl-on-host.ts';
import { KUBECTL } from '../phases/kubectl-on-host.ts';
import { demandOwned } from '../owner.ts';
import type { Site } from '../site.ts';

const WANTED = 'a drill was asked for';
const TIMEOUT_MS = 60_000;
const WATCHED_MS = 12_000;
const CALM_MS = 4_000;
const LONGEST_MS = 120_000;
const HEALTHY_WITHIN_MS = 300_000;
const LOOK_AGAIN_MS = 1_000;

export interface DrillRow {
  readonly fault: string;
  readonly says: string;
  readonly host: string;
  readonly outage: Outage;
  /** While it is mended, where somebody mends it. */
  readonly mending: Outage | undefined;
  /** Who holds the virtual address once it is calm. */
  readonly holderAfter: string;
  /** Until every API server answers and every node is Ready again. */
  readonly recoveredMs: number;
}

export interface DrillOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly faults: readonly Fault[];
  readonly explain: boolean;
  /** From here on something may be broken. */
  onBreak?(): void;
}

/** Throws NOT_HIGHLY_AVAILABLE. */
export function demandHighlyAvailable({ name, virtual, file }: ClusterSpec): void {
  if (!virtual)
    throw new AppError({
      code: 'NOT_HIGHLY_AVAILABLE',
      what: `${name} has one control plane: there is nothing that could take over`,
      why: `its topology is ${file.topology}`,
      next: ['a drill is for ha-stacked and ha-external-etcd'],
      exitCode: EXIT.usage,
    });
}

export async function drill(site: Site, options: DrillOptions): Promise<readonly DrillRow[]> {
  const { home, clock, signal, progress, faults, explain } = options;
  const { spec } = site.loaded;
  demandHighlyAvailable(spec);
  await site.onAll((host) => demandOwned(host, spec.name, signal));
  await site.lock(`drill ${spec.name}`, { lossAborts: false });
  const connection = await resolveContext(await loadKubeconfig({ env: {}, file: await fetchKubeconfig(site, home) }));
  const gate = site.gates({ values: [] }, await site.openJournal('drill'), false, undefined);
  const watch = (): Promise<Outage> => measureOutage(connection, { clock, signal, leastMs: WATCHED_MS, calmMs: CALM_MS, longestMs: LONGEST_MS });
  const rows: DrillRow[] = [];
  await progress.step('Wait until the cluster is healthy', () => healthy(site, clock, signal));
  for (const fault of faults) {
    // A host that restarted has let go of its lock.
    await site.lock(`drill ${spec.name}`, { lossAborts: false });
    if (explain) progress.note(`\n${fault.says}\n\n${fault.explains}\n`);
    const row = await progress.step(`Drill: ${fault.says}`, async (step): Promise<DrillRow> => {
      const host = fault.where === 'holder' ? await demandHolder(site) : await etcdLeader(site);
      const begin = clock.now();
      options.onBreak?.();
      const { outage, holderAfter } = await whileBroken(fault, host, {
        // An abort of the drill leaves nothing broken.
        run: (script, doing) =>
          gate(host).runOnce({
            task: `drill/${fault.name}`,
            action: fault.name,
            says: `${doing}: ${fault.says}`,
            reason: WANTED,
            script,
            timeoutMs: TIMEOUT_MS,
            outlivesRun: true,
          }),
        async work() {
          step.update(`broken on ${host}; asking the API`);
          return { outage: await watch(), holderAfter: (await holder(site)) ?? 'nobody' };
        },
      });
      step.update(fault.mends ? 'mended; asking the API' : 'waiting until all is healthy');
      const mending = fault.mends === undefined ? undefined : await watch();
      await healthy(site, clock, signal);
      const recoveredMs = clock.now() - begin;
      return { fault: fault.name, says: fault.says, host, outage, mending, holderAfter, recoveredMs };
    });
    rows.push(row);
  }
  return rows;
}

async function run(site: Site, host: string, script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await site.host(host).run(script, { as: 'root', timeoutMs: TIMEOUT_MS });
  if (exitCode === 0) return stdout;
  throw new AppError({
    code: 'STEP_FAILED',
    what: `${host}: ${script.split('\n').at(-1)} failed`,
    why: site.redactor.redact(stderr.trim()) || `exit code ${exitCode}`,
    exitCode: EXIT.remoteCommand,
  });
}

/** Which control plane has the virtual address. A host that does not answer has it not. */
async function holder(site: Site): Promise<string | undefined> {
  const { controlPlanes, virtual } = site.loaded.spec;
  const asked = await Promise.all(
    controlPlanes.map(async ({ name }) => {
      const result = await site
        .host(name)
        .run(`ip -o addr show | grep -qF ' ${virtual?.address}/'`, { timeoutMs: 5_000 })
        .catch(() => undefined);
      return result?.exitCode === 0 ? name : undefined;
    }),
  );
  return asked.find((name) => name !== undefined);
}

async function demandHolder(site: Site): Promise<string> {
  const found = await holder(site);
  if (found !== undefined) return found;
  const { controlPlanes, virtual } = site.loaded.spec;
  throw new AppError({
    code: 'NO_HOLDER',
    what: `no control plane has the virtual address ${virtual?.address}, and nothing was broken`,
    why: `it is on no network interface of ${controlPlanes.map(({ name }) => name).join(', ')}, as far as they answer`,
    next: [
      'see who holds it: ckadet cluster status',
      `see what keepalived says: ckadet cluster ssh ${controlPlanes[0]?.name} -- sudo journalctl -u keepalived -n 50`,
    ],
    exitCode: EXIT.remoteCommand,
  });
}

/** The host of etcd's leader. */
async function etcdLeader(site: Site): Promise<string> {
  const { etcd, controlPlanes } = site.loaded.spec;
  const members = etcd.length ? etcd : controlPlanes;
  for (const { name } of members) {
    const [status] = JSON.parse(await run(site, name, etcdctl('endpoint status -w json'))) as readonly [
      { readonly Status: { readonly leader: number; readonly header: { readonly member_id: number } } }?,
    ];
    if (status && status.Status.leader === status.Status.header.member_id) return name;
  }
  throw new AppError({ code: 'STEP_FAILED', what: 'etcd has no leader', next: ['see its members: ckadet cluster status'], exitCode: EXIT.remoteCommand });
}

/** Until every API server answers, every etcd is ready and every node is Ready, asked on the first control plane that can be reached. */
async function healthy(site: Site, clock: Clock, signal: AbortSignal): Promise<void> {
  const { spec } = site.loaded;
  const servers = [spec.endpoint, ...spec.controlPlanes.map(({ nodeIP }) => ({ address: nodeIP, port: 6443 }))].map(
    ({ address, port }) => `https://${hostPort(address, port)}`,
  );
  const script = `for server in ${servers.join(' ')}; do ${KUBECTL} --server "$server" --request-timeout=3s get --raw /readyz >/dev/null || exit 1; done
${KUBECTL} wait node --all --for=condition=Ready --timeout=1s >/dev/null`;
  const until = clock.now() + HEALTHY_WITHIN_MS;
  for (let why = ''; ;) {
    if (clock.now() > until)
      throw new AppError({
        code: 'NOT_HEALTHY',
        what: `${spec.name} is not healthy after ${HEALTHY_WITHIN_MS / 1000} s`,
        why: site.redactor.redact(why),
        next: ['look at it: ckadet cluster status'],
        exitCode: EXIT.timeout,
      });
    // A host that was just broken may be away; a moment later it is asked again.
    const answered = await Promise.all(
      spec.controlPlanes.map(({ name }) =>
        site
          .host(name)
          .run(script, { as: 'root', timeoutMs: 30_000 })
          .catch((error: unknown) => String(error)),
      ),
    );
    const bad = answered.find((each) => typeof each === 'string' || each.exitCode !== 0);
    if (bad === undefined) return;
    why = typeof bad === 'string' ? bad : bad.stderr.trim();
    await delay(clock, LOOK_AGAIN_MS, signal);
  }
}
