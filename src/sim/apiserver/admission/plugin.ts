// What an admission plugin is, and how a request passes the chain. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/interfaces.go and chain.go
import { groupResourceOf, type KubeObject } from '../../../kube/machinery/object.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Random } from '../../../platform/random.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import type { Store } from '../../storage/store.ts';
import type { Attributes, Decision } from '../authorization/rbac.ts';
import type { Call, DraftObject, ServerContext } from '../context.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly call: Call;
  /** Undefined for deletions. */
  readonly object: DraftObject | undefined;
  readonly old: KubeObject | undefined;
}

/** `admit` may change the object; both throw StatusError to refuse. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Default CREATE and UPDATE. */
  readonly operations?: readonly Operation[];
  /** `pods`, `pods/eviction`, `roles.rbac.authorization.k8s.io`: without a subresource only the main resource is meant. Default everything. */
  readonly resources?: readonly string[];
  admit?(request: AdmissionRequest): void | Promise<void>;
  validate?(request: AdmissionRequest): void | Promise<void>;
}

/** What plugins are made from. */
export interface AdmissionContext {
  readonly store: Store;
  readonly resources: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  authorize(attributes: Attributes): Decision;
  /** Changes a stored object as the server itself. Rejects with StatusError. */
  change(target: Pick<Call, 'resource' | 'namespace' | 'name' | 'dryRun'>, change: (draft: DraftObject) => void): Promise<KubeObject>;
  /** Creates an object as the server itself, where its name is free. */
  provide(object: KubeObject): Promise<void>;
}

const DEFAULT_OPERATIONS: readonly Operation[] = ['CREATE', 'UPDATE'];

/** `pods`, or `pods/status`: the name by which plugins and handlers know what a call is about. */
export const targetOf = ({ resource, subresource }: Pick<Call, 'resource' | 'subresource'>): string =>
  subresource ? `${groupResourceOf(resource)}/${subresource}` : groupResourceOf(resource);

/** Asks every plugin that the request concerns, in order. */
export async function admit({ admission }: Pick<ServerContext, 'admission'>, phase: 'admit' | 'validate', request: AdmissionRequest): Promise<void> {
  const target = targetOf(request.call);
  for (const plugin of admission) {
    if (!plugin[phase] || !(plugin.operations ?? DEFAULT_OPERATIONS).includes(request.operation)) continue;
    if (plugin.resources && !plugin.resources.includes(target)) continue;
    const answer = plugin[phase](request);
    if (answer) await answer;
  }
}
