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
import type { ClusterProvider, ClusterStatus, NodeSummary, UpRequest, UpResult, Work } from '../cluster/provider.ts';
import type { ClusterTarget } from '../cluster/target.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { type Clock, delay } from '../platform/clock.ts';
import { ensureFolder, readFolder, readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { withLock } from '../platform/lock.ts';
import { findKeepablePort, isPortFree, portOwner } from '../platform/ports.ts';
import { isAlive, residentBytes } from '../platform/process-identity.ts';
import { freshSeed } from '../platform/random.ts';
import { startServer, terminate } from '../platform/processes.ts';

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
      const existing = await loadClusterRecord(home, name);
      const folder = clusterFolder(home, name);
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
    return this.#exclusively(`down ${name}`, name, work, async () => {
      const record = await loadClusterRecord(home, name).catch((error: unknown) => {
        if (andDelete && error instanceof AppError && error.code === 'CLUSTER_DAMAGED') return undefined;
        throw error;
      });
      const server = record?.process;
      const wasAlive = server !== undefined && (await isAlive(server));
      if (wasAlive) await work.progress.step(`Stopping ${name}`, () => terminate(server, { clock, graceMs: STOP_GRACE_MS }));
      if (andDelete) {
        await remove(clusterFolder(home, name).root);
        return 'deleted';
      }
      if (record) await saveClusterRecord(home, stopped((await loadClusterRecord(home, name)) ?? record));
      return wasAlive ? 'stopped' : 'was-stopped';
    });
  }

  list(): Promise<readonly string[]> {
    return readFolder(this.#options.home.path('clusters'));
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
      capabilities: { workers: record.workers, hasImage: await imageCheck() },
      origin: 'simulator',
    };
  }

  #exclusively<T>(doing: string, name: string, { progress, signal }: Work, work: () => Promise<T>): Promise<T> {
    const { home, clock } = this.#options;
    const onWait = (holder: { readonly doing: string; readonly pid: number }): void =>
      progress.note(`Waiting for another ckadet (${holder.doing}, pid ${holder.pid}) …`);
    return withLock(home.path('locks', `${name}.lock`), { doing, clock, timeoutMs: LOCK_TIMEOUT_MS, signal, onWait }, work);
  }

  /** Writes the record that the server is going to read. */
  async #prepare(existing: ClusterRecord | undefined, { name, workers, disable, port }: UpRequest, folder: ClusterFolder): Promise<ClusterRecord> {
    const asked = port ?? existing?.port ?? 0;
    if (asked !== 0 && !(await isPortFree(asked))) throw await portInUse(name, asked);
    const record: ClusterRecord = {
      name,
      workers: existing?.workers ?? workers ?? USUAL_WORKERS,
      disable: disable ? [...disable] : (existing?.disable ?? []),
      seed: existing?.seed ?? freshSeed(),
      port: asked || (await findKeepablePort(freshSeed())),
      unsupported: existing?.unsupported ?? [],
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
    const { kubeconfig } = clusterFolder(home, name);
    const known = { name, state: 'stopped', pid: null, server: null, kubeconfig, version: null, nodes: [], residentBytes: null, unsupported: [] } as const;
    const record = await loadClusterRecord(home, name).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'CLUSTER_DAMAGED') return undefined;
      throw error;
    });
    if (!record) return { ...known, state: 'damaged' };
    const described = { ...known, server: record.server ?? null, unsupported: record.unsupported };
    if (!record.process) return described;
    if (!(await isAlive(record.process))) return { ...described, state: 'killed' };
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
    const known = await this.list();
    const near = nearestName(name, known);
    return new AppError({
      code: 'CLUSTER_NOT_FOUND',
      what: `there is no cluster ${JSON.stringify(name)}`,
      ...(known.length ? { why: near ? `did you mean ${near}?` : `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}` } : {}),
      next: [`make it: ckadet up ${name}`, 'list clusters: ckadet status'],
      exitCode: EXIT.usage,
    });
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

const resultOf = (record: ClusterRecord, folder: ClusterFolder, outcome: UpResult['outcome']): UpResult => ({
  name: record.name,
  context: contextOf(record.name),
  kubeconfig: folder.kubeconfig,
  server: record.server ?? '',
  outcome,
});

/** The record of a server that was stopped on purpose. */
function stopped({ process: _ended, ...record }: ClusterRecord): ClusterRecord {
  return record;
}

/** What was decided when the cluster was made cannot be changed by `up`; what is read at start can, while it is stopped. */
function checkUnchanged(record: ClusterRecord, { name, workers, disable, port }: UpRequest, state: 'running' | 'stopped'): void {
  const usage = (code: string, why: string, next: string): AppError =>
    new AppError({ code, what: `the cluster ${name} stays as it is`, why, next: [next], exitCode: EXIT.usage });
  if (workers !== undefined && workers !== record.workers)
    throw usage(
      'WORKERS_FIXED',
      `it was made with ${record.workers} workers`,
      `make another: ckadet up NAME --workers ${workers}; or begin anew: ckadet down ${name} --delete`,
    );
  if (state === 'stopped') return;
  const sameParts = disable === undefined || (disable.size === record.disable.length && record.disable.every((part) => disable.has(part)));
  if (!sameParts)
    throw usage(
      'CLUSTER_RUNNING',
      `it runs ${record.disable.length ? `without ${record.disable.join(', ')}` : 'with all its parts'}`,
      `stop it first: ckadet down ${name}`,
    );
  if (port !== undefined && port !== 0 && port !== record.port)
    throw usage('CLUSTER_RUNNING', `it listens on port ${record.port}`, `stop it first: ckadet down ${name}`);
}

async function portInUse(name: string, port: number): Promise<AppError> {
  const owner = await portOwner(port);
  return new AppError({
    code: 'PORT_IN_USE',
    what: `the cluster ${name} cannot listen on port ${port}`,
    why: `${owner ?? 'another program'} has that port now`,
    next: [`end that program, then: ckadet up ${name}`, `or give the cluster another port: ckadet up ${name} --port 0`],
    exitCode: EXIT.missingPrerequisite,
  });
}
