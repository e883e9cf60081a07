// What the parts of the server share, and the shape of one call.
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Random } from '../../platform/random.ts';
import type { AnyResource, Mutable } from '../resources/descriptor.ts';
import type { ResourceRegistry } from '../resources/registry.ts';
import type { Store } from '../storage/store.ts';
import type { UserInfo } from './authentication/user.ts';

export interface ServerContext {
  readonly store: Store;
  readonly resources: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly admission: readonly AdmissionPlugin[];
  /** By shelf: what is handed out to objects of a kind, such as addresses to services. */
  readonly allocations: Readonly<Record<string, Allocation>>;
}

/** Runs after validation. `prepare` may fill in the draft or throw StatusError; the others keep its books. */
export interface Allocation {
  prepare(call: Call, draft: DraftObject, old: KubeObject | undefined): void | Promise<void>;
  stored(call: Call, object: KubeObject): void | Promise<void>;
  released(call: Call, object: KubeObject): void | Promise<void>;
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
  readonly fieldManager: string;
  /** Adds a Warning header. */
  warn(text: string): void;
}

/** An object that still belongs to its call. */
export type DraftObject = Mutable<KubeObject> & { spec?: unknown; status?: unknown };
export const asDraft = (value: JsonObject): DraftObject => value as unknown as DraftObject;

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly call: Call;
  /** Undefined for deletions. */
  readonly object: DraftObject | undefined;
  readonly old: KubeObject | undefined;
}

/** `mutate` may change the object; both throw StatusError to refuse. Order of plugins is upstream's. */
export interface AdmissionPlugin {
  readonly name: string;
  mutate?(request: AdmissionRequest): void | Promise<void>;
  validate?(request: AdmissionRequest): void | Promise<void>;
}

export async function admit(context: ServerContext, phase: 'mutate' | 'validate', request: AdmissionRequest): Promise<void> {
  for (const plugin of context.admission) {
    const answer = plugin[phase]?.(request);
    if (answer) await answer;
  }
}
