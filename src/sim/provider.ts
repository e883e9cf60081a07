// The simulator as a provider of clusters: one background process per cluster, found again by its record.
import type { ApiClient } from '../kube/client/api-client.ts';
import { nodes } from '../kube/api/resources.ts';
import { isJsonObject } from '../kube/machinery/json.ts';
import {
  type ClusterFolder,
  type ClusterRecord,
  checkClusterName,
  clusterFolder,
  contextOf,
  loadClusterRecord,
  saveClusterRecord,
} from '../cluster/cluster-record.ts';
import { ENDED_ON_PURPOSE, readLastWords } from '../cluster/last-words.ts';
import type { ClusterProvider, ClusterStatus, NodeSummary, UpRequest, UpResult, Work } from '../cluster/provider.ts';
import type { Capabilities } from '../cluster/capabilities.ts';
import { clusterNotFound, type KnownCluster } from '../cluster/cluster-source.ts';
import type { ClusterTarget } from '../cluster/target.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type Clock, delay } from '../platform/clock.ts';
import { ensureFolder, readFolder, readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { withLock } from '../platform/lock.ts';
import { findKeepablePort, isPortFree } from '../platform/ports.ts';
import { identify, isAlive, residentBytes } from '../platform/process-identity.ts';
import { freshSeed } from '../platform/random.ts';
import { startServer, terminate } from '../platform/processes.ts';
import { checkPurpose, checkUnchanged, isLeftover, kept, portInUse, resultOf, stopped } from './cluster-rules.ts';

const LOCK_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
const STATUS_TIMEOUT_MS = 3_000;
const USUAL_WORKERS = 2;

export interface SimulatorProviderOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How ckadet is called: the server of cluster NAME is started as `program entry serve NAME`. */
  readonly self: readonly [program: string, entry: string];
  /** Opens the API of a cluster by its kubeconfig. */
  readonly connect: (kubeconfig: string) => Promise<ApiClient>;
}

export function simulatorProvider(options: SimulatorProviderOptions): ClusterProvider {
  return new SimulatorProvider(options);
}

class SimulatorProvider implements ClusterProvider {
  readonly #options: SimulatorProviderOptions;

  constructor(options: SimulatorProviderOptions) {
    this.#options = options;
  }

  async up(request: UpRequest, work: Work): Promise<UpResult> {
    const { home } = this.#options;
    const { name } = request;
    checkClusterName(name);
    await home.prepare();
    return this.#exclusively(`up ${name}`, name, work, async () => {
      const folder = clusterFolder(home, name);
      const found = await loadClusterRecord(home, name);
      const existing = found && (await isLeftover(found)) ? await this.#remove(found) : found;
      if (existing) checkPurpose(existing, request);
      if (existing?.process && (await isAlive(existing.process))) {
        checkUnchanged(existing, request, 'running');
        return resultOf(existing, folder, 'running');
      }
      if (existing) checkUnchanged(existing, request, 'stopped');
      const record = await this.#prepare(existing, request, folder);
      try {
        await this.#start(name, folder, existing !== undefined, work);
      } catch (error) {
        const explained = error instanceof AppError ? await this.#withLog(error, name, folder, existing === undefined) : error;
        if (!existing) await remove(folder.root);
        throw explained;
      }
      return resultOf((await loadClusterRecord(home, name)) ?? record, folder, existing ? 'resumed' : 'created');
    });
  }

  async down(name: string, { delete: andDelete }: { readonly delete: boolean }, work: Work): Promise<'stopped' | 'was-stopped' | 'deleted'> {
    const { home, clock } = this.#options;
    checkClusterName(name);
    if (!(await this.list()).includes(name)) throw await this.#notFound(name);
    // On a full disk this is what makes room again.
    const stop = async (): Promise<'stopped' | 'was-stopped' | 'deleted'> => {
      const record = andDelete ? await this.#readable(name) : await loadClusterRecord(home, name);
      const server = record?.process;
      const wasAlive = server !== undefined && (await isAlive(server));
      if (wasAlive) await work.progress.step(`Stopping ${name}`, () => terminate(server, { clock, graceMs: STOP_GRACE_MS }));
      if (andDelete) {
        await remove(clusterFolder(home, name).root);
        return 'deleted';
      }
      if (record?.process)
        await saveClusterRecord(home, stopped((await loadClusterRecord(home, name)) ?? record)).catch((error: unknown) => {
          if (!(error instanceof AppError && error.code === 'DISK_FULL')) throw error;
          work.progress.note(`${error.why ?? error.what}: it could not be noted that ${name} was stopped on purpose.`);
        });
      return wasAlive ? 'stopped' : 'was-stopped';
    };
    return this.#exclusively(`down ${name}`, name, work, stop, true);
  }

  async removeLeftovers(temporaryFor: string, work: Work): Promise<readonly string[]> {
    const removed: string[] = [];
    for (const name of await this.list()) {
      if ((await this.#readable(name))?.temporary?.work !== temporaryFor) continue;
      const isRemoved = await this.#exclusively(`remove ${name}`, name, work, async () => {
        // Read again now that nobody else changes it: it may have become somebody's cluster meanwhile.
        const record = await this.#readable(name);
        if (record?.temporary?.work !== temporaryFor || !(await isLeftover(record))) return false;
        await this.#remove(record);
        return true;
      });
      if (isRemoved) removed.push(name);
    }
    return removed;
  }

  /** Ends the server of a cluster and forgets all that is in it. */
  async #remove({ name, process: server }: ClusterRecord): Promise<undefined> {
    if (server) await terminate(server, { clock: this.#options.clock, graceMs: STOP_GRACE_MS });
    await remove(clusterFolder(this.#options.home, name).root);
  }

  /** Undefined for what is not there or makes no sense. */
  async #readable(name: string): Promise<ClusterRecord | undefined> {
    return loadClusterRecord(this.#options.home, name).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'CLUSTER_DAMAGED') return undefined;
      throw error;
    });
  }

  async has(name: string): Promise<boolean> {
    return (await this.list()).includes(name);
  }

  list(): Promise<readonly string[]> {
    return readFolder(this.#options.home.path('clusters'));
  }

  async known(): Promise<readonly KnownCluster[]> {
    const records = await Promise.all((await this.list()).map(async (name) => ({ name, record: await this.#readable(name) })));
    return Promise.all(
      records.map(async ({ name, record }) => ({
        name,
        origin: 'simulator' as const,
        madeBy: 'simulated',
        capabilities: record && (await this.offers(record.workers)),
        runs: record?.process !== undefined && (await isAlive(record.process)),
      })),
    );
  }

  async offers(workers: number): Promise<Capabilities> {
    return { workers, hasImage: await imageCheck() };
  }

  async status(): Promise<readonly ClusterStatus[]> {
    return Promise.all((await this.list()).map((name) => this.#statusOf(name)));
  }

  async kubeconfig(name: string): Promise<string> {
    if (!(await loadClusterRecord(this.#options.home, name))) throw await this.#notFound(name);
    return clusterFolder(this.#options.home, name).kubeconfig;
  }

  async target(name: string): Promise<ClusterTarget> {
    const record = await loadClusterRecord(this.#options.home, name);
    if (!record) throw await this.#notFound(name);
    if (!record.process || !(await isAlive(record.process)))
      throw new AppError({
        code: 'CLUSTER_NOT_RUNNING',
        what: `the cluster ${name} is not running`,
        next: [`start it: ckadet up ${name}`],
        exitCode: EXIT.missingPrerequisite,
      });
    const { kubeconfig } = clusterFolder(this.#options.home, name);
    return {
      name,
      context: contextOf(name),
      kubeconfig,
      client: await this.#options.connect(kubeconfig),
      capabilities: await this.offers(record.workers),
      origin: 'simulator',
    };
  }

  #exclusively<T>(doing: string, name: string, { progress, signal }: Work, work: () => Promise<T>, evenIfFull = false): Promise<T> {
    const { home, clock } = this.#options;
    const onWait = (holder: { readonly doing: string; readonly pid: number }): void =>
      progress.note(`Waiting for another ckadet (${holder.doing}, pid ${holder.pid}) …`);
    const options = { doing, clock, timeoutMs: LOCK_TIMEOUT_MS, signal, onWait, evenIfFull };
    return withLock(home.path('locks', `${name}.lock`), options, work);
  }

  /** Writes the record that the server is going to read. */
  async #prepare(
    existing: ClusterRecord | undefined,
    { name, workers, disable, port, apiServerArguments, temporaryFor }: UpRequest,
    folder: ClusterFolder,
  ): Promise<ClusterRecord> {
    if (apiServerArguments) (await import('./apiserver/arguments.ts')).parseArguments(apiServerArguments);
    const asked = port ?? existing?.port ?? 0;
    if (asked !== 0 && !(await isPortFree(asked))) throw await portInUse(name, asked);
    const record: ClusterRecord = {
      name,
      workers: existing?.workers ?? workers ?? USUAL_WORKERS,
      disable: disable ? [...disable] : (existing?.disable ?? []),
      ...kept(apiServerArguments ?? existing?.apiServerArguments),
      seed: existing?.seed ?? freshSeed(),
      port: asked || (await findKeepablePort(freshSeed())),
      unsupported: existing?.unsupported ?? [],
      ...(existing ? {} : { unfinished: true }),
      ...(temporaryFor ? { temporary: { work: temporaryFor, ...((await identify(process.pid)) ?? { pid: process.pid }) } } : {}),
    };
    await ensureFolder(folder.root);
    await saveClusterRecord(this.#options.home, record);
    return record;
  }

  async #start(name: string, folder: ClusterFolder, exists: boolean, { progress, signal }: Work): Promise<void> {
    const {
      self: [program, entry],
      env,
      home,
      clock,
    } = this.#options;
    await progress.step(exists ? `Resuming the cluster ${name}` : `Making the cluster ${name}`, (step) =>
      startServer(
        {
          program,
          args: [entry, 'serve', name],
          cwd: folder.root,
          env: { ...env, CKADET_HOME: home.root },
          logFile: folder.log,
          signal,
          clock,
          timeoutMs: READY_TIMEOUT_MS,
        },
        (detail) => step.update(detail),
      ),
    );
  }

  /** The failure with the server's log named; the log of a cluster that is not to stay is put aside. */
  async #withLog(error: AppError, name: string, folder: ClusterFolder, discarded: boolean): Promise<AppError> {
    const log = await readText(folder.log);
    if (!log) return error;
    const kept = discarded ? this.#options.home.path('logs', `server-${name}.log`) : folder.log;
    if (discarded) {
      await ensureFolder(this.#options.home.path('logs'));
      await writeFileAtomic(kept, log);
    }
    const { code, what, why, next, exitCode, cause } = error;
    return new AppError({ code, what, ...(why ? { why } : {}), next: [...next, `read the server's log: ${kept}`], exitCode, cause });
  }

  async #statusOf(name: string): Promise<ClusterStatus> {
    const { home } = this.#options;
    const { kubeconfig, lastWords } = clusterFolder(home, name);
    const nothing = { pid: null, server: null, version: null, nodes: [], residentBytes: null, unsupported: [], reason: null } as const;
    const known = { name, state: 'stopped', kubeconfig, ...nothing } as const;
    const record = await this.#readable(name);
    if (!record) return { ...known, state: 'damaged' };
    const described = { ...known, server: record.server ?? null, unsupported: record.unsupported };
    if (!record.process) return described;
    if (!(await isAlive(record.process))) {
      const reason = await readLastWords(lastWords);
      return reason === ENDED_ON_PURPOSE ? described : { ...described, state: 'killed', reason: reason ?? null };
    }
    const running = { ...described, pid: record.process.pid, residentBytes: (await residentBytes(record.process.pid)) ?? null };
    const seen = await this.#askApi(kubeconfig);
    return seen ? { ...running, ...seen, state: 'running' } : { ...running, state: 'unreachable' };
  }

  /** Version and nodes as the API tells them, undefined when it does not answer in time. */
  async #askApi(kubeconfig: string): Promise<{ readonly version: string; readonly nodes: readonly NodeSummary[] } | undefined> {
    const { connect, clock } = this.#options;
    const asked = (async () => {
      const client = await connect(kubeconfig);
      const [version, list] = await Promise.all([client.raw('/version'), client.list(nodes)]);
      return {
        version: isJsonObject(version) ? String(version['gitVersion']) : '',
        nodes: list.items.map((node) => ({
          name: node.metadata.name ?? '',
          ready: node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false,
          schedulable: !node.spec?.unschedulable,
        })),
      };
    })();
    return Promise.race([asked.catch(() => undefined), delay(clock, STATUS_TIMEOUT_MS).then(() => undefined)]);
  }

  async #notFound(name: string): Promise<AppError> {
    return clusterNotFound(name, await this.list());
  }
}

/** Whether the simulated registries have an image: what a pull would find. */
async function imageCheck(): Promise<(image: string) => boolean> {
  const [{ imageRegistry }, { parseImageReference }] = await Promise.all([import('./images/image-registry.ts'), import('./kubelet/ports/image-reference.ts')]);
  const registry = imageRegistry();
  return (image) => {
    const reference = parseImageReference(image);
    return !('error' in reference) && !('error' in registry.find(reference));
  };
}
