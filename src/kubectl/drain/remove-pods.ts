// Pods are evicted, or deleted where that is wanted, and waited for until they are gone. Models kubernetes/staging/src/k8s.io/kubectl/pkg/drain/drain.go
import type { Pod } from '../../kube/api/core-v1.ts';
import { pods as podResource } from '../../kube/api/resources.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { isNotFound, isStatusError, StatusError } from '../../kube/machinery/status-error.ts';
import { messageOf } from '../../errors/app-error.ts';
import { delay } from '../../platform/clock.ts';
import type { ResourceClient } from '../client/resource-client.ts';
import { CommandError, Failures } from '../failures.ts';
import { formatGoDuration } from '../flags/go-numbers.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { metadataOf, textField } from '../resources/info.ts';
import type { DryRun } from '../writes/dry-run.ts';
import { isSkipped } from './filters.ts';

/** A budget may have room a little later. */
const RETRY_MS = 5_000;
const POLL_MS = 1_000;
const TIME_IS_UP = 'context deadline exceeded';

export interface RemovalOptions {
  /** Negative leaves it to the pod. */
  readonly graceSeconds: number;
  /** 0 waits for ever. */
  readonly timeoutMs: number;
  readonly skipSeconds: number;
  readonly disablesEviction: boolean;
  readonly dryRun: DryRun;
}

/** Rejects with Failures, of one or more pods, or with the failure of a deletion. */
export async function removePods(pods: readonly Pod[], options: RemovalOptions, kubectl: Kubectl): Promise<void> {
  if (!pods.length) return;
  const removal = new Removal(await kubectl.client(podResource), options, kubectl);
  await (!options.disablesEviction && (await canEvict(kubectl)) ? removal.evict(pods) : removal.delete(pods));
}

async function canEvict(kubectl: Kubectl): Promise<boolean> {
  const { resources } = await (await kubectl.wire()).json('/api/v1?timeout=32s');
  const all = (resources ?? []) as unknown as readonly { readonly name: string; readonly kind: string; readonly group?: string; readonly version?: string }[];
  return all.some(({ name, kind, group, version }) => name === 'pods/eviction' && kind === 'Eviction' && group && version);
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}
const placeOf = ({ metadata: { namespace = '', name = '' } }: Pod): Place => ({ namespace, name });

class Removal {
  readonly #client: ResourceClient;
  readonly #options: RemovalOptions;
  readonly #kubectl: Kubectl;
  readonly #deadline: number;

  constructor(client: ResourceClient, options: RemovalOptions, kubectl: Kubectl) {
    this.#client = client;
    this.#options = options;
    this.#kubectl = kubectl;
    this.#deadline = options.timeoutMs ? this.#now + options.timeoutMs : Number.POSITIVE_INFINITY;
  }

  get #now(): number {
    return this.#kubectl.ports.clock.now();
  }
  get #deleteOptions(): JsonObject {
    const { graceSeconds, dryRun } = this.#options;
    return { ...(graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {}), ...(dryRun === 'server' ? { dryRun: ['All'] } : {}) };
  }

  /** All at once; upstream's scheduler takes up the last of them first. */
  async evict(pods: readonly Pod[]): Promise<void> {
    const errors: Error[] = [];
    await Promise.all([...pods.slice(-1), ...pods.slice(0, -1)].map((pod) => this.#evictOne(pod).catch((error: unknown) => void errors.push(error as Error))));
    if (errors.length) throw new Failures(errors);
  }

  async delete(pods: readonly Pod[]): Promise<void> {
    for (const pod of pods) {
      await this.#client.delete(placeOf(pod), this.#deleteOptions).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      this.#tellStart(pod, 'deletion started');
    }
    await this.#untilGone(pods, { done: 'deleted', failed: 'deletion failed' });
  }

  async #evictOne(first: Pod): Promise<void> {
    const { dryRun, timeoutMs } = this.#options;
    const place = placeOf(first);
    const named = `pods/${goQuote(place.name)} -n ${goQuote(place.namespace)}`;
    let pod = first;
    for (;;) {
      if (dryRun !== 'server') this.#tellStart(pod, 'eviction started');
      this.#kubectl.print(`evicting pod ${place.namespace}/${place.name}${dryRun === 'server' ? ' (server dry run)' : ''}\n`);
      if (this.#now >= this.#deadline) throw new CommandError(`error when evicting ${named}: global timeout reached: ${formatGoDuration(timeoutMs)}`);
      const failure = await this.#tryToEvict(place);
      if (!failure) break;
      if (isNotFound(failure)) return;
      const inEndingNamespace = isStatusError(failure, 'Forbidden') && hasCause(failure, 'NamespaceTerminating');
      // It will never be evicted from there, and ends all the same.
      if (inEndingNamespace && pod.metadata.deletionTimestamp) break;
      const retries = `(will retry after ${formatGoDuration(RETRY_MS)}): ${failure.message}\n`;
      if (isStatusError(failure, 'TooManyRequests')) this.#kubectl.complain(`error when evicting ${named} ${retries}`);
      else if (inEndingNamespace)
        this.#kubectl.complain(`error when evicting pod ${goQuote(place.name)} from terminating namespace ${goQuote(place.namespace)} ${retries}`);
      else throw new CommandError(`error when evicting ${named}: ${failure.message}`);
      await this.#pause(RETRY_MS);
      pod = await this.#get(place).catch(() => pod); // the next attempt will say what is wrong
    }
    if (dryRun === 'server') return;
    await this.#untilGone([pod], { done: 'evicted', failed: 'eviction failed' }).catch((error: unknown) => {
      throw new CommandError(`error when waiting for pod ${goQuote(place.name)} in namespace ${goQuote(place.namespace)} to terminate: ${messageOf(error)}`);
    });
  }

  /** Resolves with why it was not. */
  async #tryToEvict({ namespace, name }: Place): Promise<Error | undefined> {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: this.#deleteOptions };
    return this.#client.create({ namespace, name, subresource: 'eviction' }, eviction).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  }

  async #untilGone(pods: readonly Pod[], words: { readonly done: string; readonly failed: string }): Promise<void> {
    let pending = pods;
    for (;;) {
      const left: Pod[] = [];
      for (const pod of pending) if (await this.#isStillThere(pod, words)) left.push(pod);
      if (!left.length) return;
      pending = left;
      const rest = this.#deadline - this.#now;
      if (rest <= POLL_MS) {
        await this.#pause(rest);
        throw new CommandError(TIME_IS_UP);
      }
      await this.#pause(POLL_MS);
    }
  }

  async #isStillThere(pod: Pod, { done, failed }: { readonly done: string; readonly failed: string }): Promise<boolean> {
    const { skipSeconds } = this.#options;
    try {
      const found = await this.#get(placeOf(pod));
      if (textField(metadataOf(found as unknown as JsonObject), 'uid') === pod.metadata.uid) {
        if (!isSkipped(found, skipSeconds, this.#now)) return true;
        this.#kubectl.print(`pod ${goQuote(pod.metadata.name ?? '')} has DeletionTimestamp older than ${skipSeconds} seconds, skipping\n`);
        return false;
      }
    } catch (error) {
      if (!isNotFound(error)) {
        this.#tell(pod, failed);
        throw error;
      }
    }
    this.#tell(pod, done);
    return false;
  }

  async #get(place: Place): Promise<Pod> {
    return (await this.#client.get(place)) as unknown as Pod;
  }
  #pause(ms: number): Promise<void> {
    const { clock, interrupted } = this.#kubectl.ports;
    return delay(clock, ms, interrupted);
  }
  #tell({ metadata }: Pod, what: string): void {
    this.#kubectl.print(`pod/${metadata.name ?? ''} ${what}${this.#options.dryRun === 'server' ? ' (server dry run)' : ''}\n`);
  }
  #tellStart(pod: Pod, what: string): void {
    if (this.#kubectl.flags.v >= 2) this.#tell(pod, what);
  }
}

const hasCause = (error: Error, reason: string): boolean =>
  error instanceof StatusError && (error.toStatus().details?.causes ?? []).some((cause) => cause.reason === reason);
