// What the parts of the server share, and the shape of one call.
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Random } from '../../platform/random.ts';
import type { AnyResource, Mutable, StrategyContext } from '../resources/descriptor.ts';
import type { ResourceRegistry } from '../resources/registry.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin } from './admission/plugin.ts';
import type { UserInfo } from './authentication/user.ts';

export interface ServerContext {
  readonly store: Store;
  readonly resources: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** In the order they run. */
  readonly admission: readonly AdmissionPlugin[];
  /** By resource (`services`): what is handed out to objects of a kind, such as addresses to services. */
  readonly allocations: Readonly<Record<string, Allocation>>;
  /** Refuses writes that would give away more than the caller has: roles and bindings. Throws StatusError. */
  guard(call: Call, draft: DraftObject, old: KubeObject | undefined): void;
}

/** Hands out what exists once. Runs before validation, in the version that is stored. */
export interface Allocation {
  /** May fill in the draft, or throw StatusError. Of what it returns, exactly one is called. */
  begin(call: Call, draft: DraftObject, old: KubeObject | undefined): Transaction | Promise<Transaction>;
  released(call: Call, object: KubeObject): void | Promise<void>;
}
export interface Transaction {
  /** The object is stored. */
  commit(object: KubeObject): void | Promise<void>;
  /** It is not: everything is as before. */
  revert(): void;
}

/** One call on a resource, past authentication and authorization. */
export interface Call {
  readonly user: UserInfo;
  readonly resource: AnyResource;
  readonly subresource: string;
  /** Empty for cluster-scoped resources and for lists over all namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** Who the changed fields belong to: the option, or the first part of the user agent. */
  readonly fieldManager: string;
  /** Adds a Warning header. */
  warn(text: string): void;
}

/** An object that still belongs to its call. */
export type DraftObject = Mutable<KubeObject> & { spec?: unknown; status?: unknown };
export const asDraft = (value: JsonObject): DraftObject => value as unknown as DraftObject;

/** What strategies may know of a call. */
export const strategyContext = ({ clock, random }: ServerContext, { user }: Pick<Call, 'user'>): StrategyContext => ({ user, now: clock.now(), random });
