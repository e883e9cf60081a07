// Serves custom resources for as long as their CustomResourceDefinitions are there: names, establishing, emptying before removal.
// Models apiextensions-apiserver/pkg/controller/{status,establish,finalizer}
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '../../../kube/api/apiextensions-v1.ts';
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { CLEANUP_FINALIZER } from '../../resources/apiextensions/custom-resource-definition.ts';
import { customResourcesOf } from '../../resources/custom/custom-resource.ts';
import type { AnyResource, Mutable } from '../../resources/descriptor.ts';
import { authenticated, MASTERS } from '../authentication/user.ts';
import type { Call, ServerContext } from '../context.ts';
import { deleteCollection } from '../operations/delete.ts';
import { updateObject } from '../operations/update.ts';
import { isTrue, namingOf } from './names.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const USER = authenticated('system:apiserver', [MASTERS]);
type Draft = Mutable<CustomResourceDefinition>;
type Said = Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>;

export class CustomResources {
  readonly #context: ServerContext;
  /** What is served, by the name of the definition. */
  readonly #served = new Map<string, { readonly from: CustomResourceDefinition; readonly resources: readonly AnyResource[] }>();
  /** Of definitions that wait until their resources are gone. */
  readonly #emptying = new Map<string, () => void>();
  #stop: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Serves what was defined before, and follows changes from now on. */
  start(): void {
    const { store } = this.#context;
    for (const [, object] of store.range(DEFINITIONS)) this.#serve(object as CustomResourceDefinition);
    this.#stop = store.watch(DEFINITIONS, store.revision, ({ type, key, object }) => {
      if (type === 'delete') this.#forget(key);
      else this.#serve(object as CustomResourceDefinition);
      this.#reconcileSoon();
    });
    this.#reconcileSoon();
  }

  stop(): void {
    this.#stop?.();
    for (const stop of this.#emptying.values()) stop();
    this.#emptying.clear();
  }

  #serve(crd: CustomResourceDefinition): void {
    const name = crd.metadata.name ?? '';
    const before = this.#served.get(name);
    if (!isTrue(crd, 'Established')) return;
    const isSame =
      before &&
      jsonEqual(before.from.spec, crd.spec) &&
      jsonEqual(before.from.status.acceptedNames, crd.status.acceptedNames) &&
      isTrue(before.from, 'Terminating') === isTrue(crd, 'Terminating');
    if (isSame) return;
    const resources = customResourcesOf(crd).map((resource) => (isTrue(crd, 'Terminating') ? closed(resource) : resource));
    this.#context.resources.replace(before?.resources ?? [], resources);
    this.#served.set(name, { from: crd, resources });
  }

  #forget(name: string): void {
    this.#emptying.get(name)?.();
    this.#emptying.delete(name);
    const served = this.#served.get(name);
    this.#served.delete(name);
    if (served) this.#context.resources.replace(served.resources, []);
  }

  /** One at a time, and all of them: the names of one depend on those of the others. */
  #reconcileSoon(): void {
    this.#work = this.#work.then(() => this.#reconcile());
  }

  async #reconcile(): Promise<void> {
    const all = [...this.#context.store.range(DEFINITIONS)].map(([, object]) => object as CustomResourceDefinition);
    for (const crd of all) {
      try {
        if (crd.metadata.deletionTimestamp) await this.#finalize(crd);
        else await this.#name(crd, all);
      } catch (error) {
        // One that cannot be served leaves the others alone.
        this.#context.log.error('custom resource definition', { name: crd.metadata.name ?? '', error: String(error) });
      }
    }
  }

  async #name(crd: CustomResourceDefinition, all: readonly CustomResourceDefinition[]): Promise<void> {
    const others = all.filter((each) => each.spec.group === crd.spec.group && each.metadata.name !== crd.metadata.name);
    const { acceptedNames, namesAccepted, established } = namingOf(crd, others);
    await this.#setStatus(crd, (draft) => {
      draft.status.acceptedNames = structuredClone(acceptedNames) as Draft['status']['acceptedNames'];
      this.#setCondition(draft, 'NamesAccepted', namesAccepted);
      this.#setCondition(draft, 'Established', established);
    });
  }

  async #finalize(crd: CustomResourceDefinition): Promise<void> {
    const name = crd.metadata.name ?? '';
    if (!crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
    const resource = this.#served.get(name)?.resources[0];
    if (resource && this.#context.store.count(resource.shelf) > 0) {
      const isFirst = !crd.status.conditions.some(({ type, reason }) => type === 'Terminating' && reason === 'InstanceDeletionInProgress');
      if (!isFirst) return;
      await this.#setStatus(crd, (draft) =>
        this.#setCondition(draft, 'Terminating', { status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' }),
      );
      this.#waitUntilEmpty(name, resource);
      await deleteCollection(this.#context, this.#callOn(resource, ''), { propagationPolicy: 'Background' }, {});
      return;
    }
    await this.#update(crd, '', (draft) => {
      draft.metadata.finalizers = draft.metadata.finalizers?.filter((each) => each !== CLEANUP_FINALIZER) ?? [];
    });
  }

  #waitUntilEmpty(name: string, { shelf }: AnyResource): void {
    const { store } = this.#context;
    this.#emptying.get(name)?.();
    this.#emptying.set(
      name,
      store.watch(shelf, store.revision, () => {
        if (store.count(shelf) === 0) this.#reconcileSoon();
      }),
    );
  }

  #setCondition({ status }: Draft, type: string, said: Said): void {
    const before = status.conditions?.find((each) => each.type === type);
    if (before?.status === said.status && before.reason === said.reason && before.message === said.message) return;
    const lastTransitionTime = before?.status === said.status && before.lastTransitionTime ? before.lastTransitionTime : formatTime(this.#context.clock.now());
    const condition = { type, ...said, lastTransitionTime } as Draft['status']['conditions'][number];
    status.conditions = before ? status.conditions.map((each) => (each === before ? condition : each)) : [...(status.conditions ?? []), condition];
  }

  #setStatus(crd: CustomResourceDefinition, change: (draft: Draft) => void): Promise<void> {
    return this.#update(crd, 'status', change);
  }

  async #update(crd: CustomResourceDefinition, subresource: string, change: (draft: Draft) => void): Promise<void> {
    const resource = this.#context.resources.find('apiextensions.k8s.io/v1', 'customresourcedefinitions');
    if (!resource) return;
    try {
      await updateObject(this.#context, { ...this.#callOn(resource, crd.metadata.name ?? ''), subresource }, (old) => {
        const draft = structuredClone(old) as unknown as Draft;
        change(draft);
        return draft as unknown as JsonObject;
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #callOn(resource: AnyResource, name: string): Call {
    return { user: USER, resource, subresource: '', namespace: '', name, dryRun: false, fieldManager: 'kube-apiserver', warn() {} };
  }
}

const closed = (resource: AnyResource): AnyResource => ({
  ...resource,
  kindRules: { ...resource.kindRules, refusesCreation: 'create not allowed while custom resource definition is terminating' },
});
