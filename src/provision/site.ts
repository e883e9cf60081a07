// The hosts of a cluster, opened for work: one gate each, one journal, one lock on each host.
import { dirname } from 'node:path';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Held, Host } from '../hosts/host.ts';
import { openHosts, type OpenHostsOptions } from '../hosts/open-hosts.ts';
import type { Clock } from '../platform/clock.ts';
import type { Home } from '../platform/home.ts';
import { shellQuoted } from '../platform/shell-quote.ts';
import { Gate } from './gate/gate.ts';
import { type Journal, openJournal } from './gate/journal.ts';
import { Redactor } from './gate/redaction.ts';
import { Values } from './gate/values.ts';
import { nameHost, severalFailures } from './host-failures.ts';
import { targetOf } from './host-login.ts';
import { holdLock, LOCK, LOCKED } from './host-lock.ts';
import type { HostSpec } from './cluster-file/cluster-spec.ts';
import type { ClusterOfHosts } from './load.ts';
import type { PackageFolder } from './packages/folder.ts';
import type { Plan } from './plan/action.ts';
import { factsOf, type HostFacts } from './survey/facts.ts';
import type { Survey } from './survey/survey.ts';

/** Before somebody who waits is told for whom. */
const SOON_MS = 2_000;
const LOCK_TIMEOUT_MS = 60_000;

export interface SiteOptions extends Pick<OpenHostsOptions, 'questions' | 'terminal' | 'env' | 'patienceMs'> {
  readonly clock: Clock;
  readonly home: Home;
  readonly signal: AbortSignal;
  readonly sudoPassword?: string;
}

export class Site<Cluster extends ClusterOfHosts = ClusterOfHosts> {
  readonly loaded: Cluster;
  readonly redactor: Redactor;
  readonly #options: SiteOptions;
  readonly #hosts: Map<string, Host>;
  /** Of each host, while its lock is held. */
  readonly #locks = new Map<string, Held>();
  /** Why hosts did not answer when they were first asked. */
  readonly #silent = new Map<string, unknown>();
  #isGreeted = false;
  readonly #lost = new AbortController();
  #isClosing = false;
  /** Aborts when the person wants to stop, and when a lock that was held is lost: another run may be at work then. */
  readonly signal: AbortSignal;
  readonly #close: () => Promise<void>;

  private constructor(loaded: Cluster, options: SiteOptions, redactor: Redactor, hosts: readonly Host[], close: () => Promise<void>) {
    this.loaded = loaded;
    this.redactor = redactor;
    this.#options = options;
    this.signal = AbortSignal.any([options.signal, this.#lost.signal]);
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
    this.#close = close;
  }

  /**
   * Connects to every host, so that whatever is to be asked is asked now. Those that do not answer are remembered.
   * `waiting` is told once, after a moment, who has not answered yet.
   */
  async greet(signal: AbortSignal, waiting: (hosts: string) => void = () => {}): Promise<void> {
    const unanswered = new Map([...this.#hosts.values()].map((host) => [host.name, host.where]));
    const timer = this.clock.after(SOON_MS, () => waiting([...unanswered].map(([name, where]) => `${name} (${where})`).join(', ')));
    await this.onAll((host) =>
      host
        .run('true', { as: 'root', signal })
        .catch((error: unknown) => void this.#silent.set(host.name, error))
        .finally(() => void unanswered.delete(host.name)),
    );
    timer.cancel();
    this.#isGreeted = true;
  }

  /** Rejects with why hosts did not answer, all at once: one that was greeted in vain is not waited for a second time. */
  async demandAnswers(signal: AbortSignal, waiting: (hosts: string) => void): Promise<void> {
    if (!this.#isGreeted) await this.greet(signal, waiting);
    signal.throwIfAborted();
    await this.onAll(async ({ name }) => {
      if (this.#silent.has(name)) throw this.#silent.get(name);
    });
  }

  /** Why the host did not answer `greet`; undefined when it did. */
  silence(name: string): unknown {
    return this.#silent.get(name);
  }

  /** The hosts that cannot be reached, and why. One that answers and lets nobody in is none of them. */
  async unreachable(signal: AbortSignal): Promise<ReadonlyMap<string, AppError>> {
    if (!this.#isGreeted) await this.greet(signal);
    signal.throwIfAborted();
    return new Map([...this.#silent].flatMap(([name, error]) => (isUnreachable(error) ? [[name, error] as const] : [])));
  }

  /** The first of the control planes that can be reached; rejects as the first of all does where none can. */
  async controlPlane(signal: AbortSignal): Promise<Host> {
    const refusals: AppError[] = [];
    for (const { name } of this.loaded.spec.controlPlanes) {
      const host = this.host(name);
      try {
        await host.run('true', { as: 'root', signal });
        return host;
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        refusals.push(error);
      }
    }
    throw refusals[0];
  }

  /** From here on the site is without these hosts. */
  leaveOut(names: Iterable<string>): void {
    for (const name of names) this.#hosts.delete(name);
  }

  /** Connects to nothing yet. `only` names the hosts to open, all if not given. */
  static async open<C extends ClusterOfHosts>(loaded: C, options: SiteOptions, only?: readonly string[]): Promise<Site<C>> {
    const redactor = new Redactor();
    const targets = loaded.spec.hosts.filter(({ name }) => only === undefined || only.includes(name)).map((host) => targetOf(host, dirname(loaded.path)));
    const { hosts, close } = await openHosts(targets, { ...options, onSecret: (secret) => redactor.add(secret) });
    return new Site(loaded, options, redactor, hosts, close);
  }

  /** Over hosts that are open already. */
  static over<C extends ClusterOfHosts>(loaded: C, options: SiteOptions, hosts: readonly Host[], redactor = new Redactor()): Site<C> {
    return new Site(loaded, options, redactor, hosts, async () => void (await Promise.all(hosts.map((host) => host.close()))));
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  host(name: string): Host {
    const host = this.#hosts.get(name);
    if (!host) throw new Error(`no host ${name} was opened`);
    return host;
  }

  get names(): readonly string[] {
    return [...this.#hosts.keys()];
  }

  /** Runs `work` for every host at once; when some fail, the error tells of each. */
  async onAll<T>(work: (host: Host) => Promise<T>): Promise<readonly T[]> {
    const hosts = [...this.#hosts.values()];
    const results = await Promise.allSettled(hosts.map(work));
    const failures = hosts.flatMap((host, i) => {
      const result = results[i];
      return result?.status === 'rejected' ? [{ host, error: result.reason as unknown }] : [];
    });
    const [first] = failures;
    if (first && failures.length === 1) throw hosts.length === 1 ? first.error : nameHost(first);
    // What all of them say alike is said once.
    if (first) throw failures.every(({ error }) => messageOf(error) === messageOf(first.error)) ? first.error : severalFailures(failures);
    return results.map((result) => (result as PromiseFulfilledResult<T>).value);
  }

  /**
   * Keeps other runs off the hosts until the site is closed. Rejects with HOST_LOCKED. Where a lock ends before, because its connection broke,
   * `signal` aborts with LOCK_LOST; unless `lossAborts` is false, for those who break hosts on purpose: they lock what they lost once more.
   */
  async lock(doing: string, { lossAborts = true }: { readonly lossAborts?: boolean } = {}): Promise<void> {
    const holder = `${this.#options.env['USER'] ?? 'somebody'}: ckadet ${doing}`;
    await this.onAll(async (host) => {
      if (this.#locks.has(host.name)) return;
      const held = await host
        .hold(holdLock(shellQuoted(holder)), LOCKED, { as: 'root', timeoutMs: LOCK_TIMEOUT_MS, signal: this.#options.signal })
        .catch((error: unknown) => {
          if (!(error instanceof AppError) || error.code !== 'HOLD_REFUSED') throw error;
          throw new AppError({
            code: 'HOST_LOCKED',
            what: `${host.name} is being worked on`,
            why: `another run holds ${LOCK}: ${error.why ?? ''}`.trim(),
            next: ['wait until that run has ended; the lock ends with it', `see who it is: ckadet cluster ssh ${host.name}, then: sudo fuser -v ${LOCK}`],
            exitCode: EXIT.remoteCommand,
            cause: error,
          });
        });
      this.#locks.set(host.name, held);
      void held.ended.then(({ stderr }) => {
        this.#locks.delete(host.name);
        if (!this.#isClosing && lossAborts) this.#lost.abort(lockLost(host, stderr.trim()));
      });
    });
  }

  openJournal(run: string): Promise<Journal> {
    return openJournal(journalPath(this.#options.home, this.loaded.spec.name), run, this.#options.clock, this.redactor);
  }

  /** The gate of each host for carrying out a plan with such values; `packages` is the folder that its uploads come from. */
  gates({ values: specs }: Pick<Plan, 'values'>, journal: Journal, dryRun: boolean, packages: PackageFolder | undefined): (host: string) => Gate {
    const { signal } = this;
    const { clock } = this.#options;
    const gates = new Map<string, Gate>();
    const gateOf = (name: string): Gate => {
      const gate = gates.get(name) ?? new Gate({ host: this.host(name), journal, redactor: this.redactor, values, packages, clock, signal, dryRun });
      gates.set(name, gate);
      return gate;
    };
    const values = new Values(specs, (spec) => gateOf(spec.host).make(spec), dryRun);
    return gateOf;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled([...this.#locks.values()].map((lock) => lock.release()));
    await this.#close();
  }
}

const isUnreachable = (error: unknown): error is AppError => error instanceof AppError && error.code === 'HOST_UNREACHABLE';

/** What a person is told who waits. */
export const waitingFor = (hosts: string): string => `waiting for an answer of ${hosts}`;

export const journalPath = (home: Home, cluster: string): string => home.path('provision', cluster, 'journal.jsonl');

/** What the phases need to know of each host. Rejects with HOST_UNKNOWN where a host did not tell. */
export function allFacts(hosts: readonly HostSpec[], surveys: ReadonlyMap<string, Survey>): ReadonlyMap<string, HostFacts> {
  return new Map(
    hosts.map((host) => {
      const facts = factsOf(surveys.get(host.name) ?? new Map(), host);
      if (facts) return [host.name, facts] as const;
      throw new AppError({
        code: 'HOST_UNKNOWN',
        what: `${host.name} has no address ${host.nodeIP}`,
        why: 'none of its network interfaces carries the node IP of the cluster file',
        next: ['see its addresses: ip -br addr', 'correct address or nodeIP of the host in the cluster file'],
        exitCode: EXIT.remoteCommand,
      });
    }),
  );
}

const lockLost = (host: Host, why: string): AppError =>
  new AppError({
    code: 'LOCK_LOST',
    what: `the lock on ${host.name} was lost: nothing more is done`,
    why: why || 'the command that held it ended there',
    next: ['run the same command again: it goes on from there'],
    exitCode: EXIT.remoteCommand,
  });
