// What a check works with, and what it gives back.
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Check } from '../lab-schema.ts';

export type MetAtStart = Readonly<Record<string, readonly string[]>>;

export interface CheckContext {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Objects (`namespace/name`) that met a check before anything was done, by the check's id. */
  readonly metAtStart: MetAtStart;
  /** Objects that the lab's checks read by name: `Kind namespace/name`. */
  readonly named: ReadonlySet<string>;
  /** A file of the lab with its variables put in. Rejects when the lab lacks it. */
  file(name: string): Promise<string>;
}

export interface Observation {
  readonly met: boolean;
  /** The query, as a kubectl command one could type. */
  readonly looked: string;
  /** What was there, in a few words that give no answer away. */
  readonly found: string;
  /** Why the expectation was not met, for `why`: a missing key and the like. */
  readonly because?: string;
  /** The expectation as the lab has it, for `why`. */
  readonly expectation: string;
  /** Everything that was read, for `why --json`. */
  readonly observed: unknown;
  /** The same, cut down to the objects and fields that decide. Left out: there is nothing to cut. */
  readonly deciding?: unknown;
  /** What nearly was right. */
  readonly nearMisses: readonly string[];
}

/** One kind of check: looks and judges. Rejects only when the cluster cannot be asked. */
export type CheckKindRunner = (check: Check, context: CheckContext) => Promise<Observation>;
