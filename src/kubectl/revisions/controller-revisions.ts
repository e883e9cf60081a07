// The revisions of daemon sets and stateful sets, which the server keeps as objects of their own.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go (controlledHistory, applyDaemonSetHistory)
import type { ControllerRevision, DaemonSet, StatefulSet } from '../../kube/api/apps-v1.ts';
import type { PodTemplateSpec } from '../../kube/api/core-v1.ts';
import { controllerRevisions } from '../../kube/api/resources.ts';
import { controllerOf, type ResourceRef } from '../../kube/machinery/object.ts';
import { formatSelector, selectorOf } from '../../kube/machinery/selectors.ts';
import { messageOf } from '../../errors/app-error.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { isList } from '../resources/info.ts';

export type RevisedSet = DaemonSet | StatefulSet;

export interface RevisionedSet {
  readonly set: RevisedSet;
  readonly revisions: readonly ControllerRevision[];
}
interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** `spelled` is how upstream writes the kind when the set itself cannot be had. */
export async function revisionsOf(resource: ResourceRef<RevisedSet>, { namespace, name }: Place, spelled: string, kubectl: Kubectl): Promise<RevisionedSet> {
  const set = await asCommandError(`failed to retrieve ${spelled} ${name}`, async () => {
    const client = await kubectl.client(resource);
    return (await client.get({ namespace, name })) as unknown as RevisedSet;
  });
  const all = await asCommandError(`unable to find history controlled by ${resource.kind} ${name}`, async () => {
    const client = await kubectl.client(controllerRevisions);
    const page = await client.list({ namespace }, { labelSelector: formatSelector(selectorOf(set.spec.selector) ?? []) });
    return (isList(page) ? page.items : []) as unknown as readonly ControllerRevision[];
  });
  return { set, revisions: all.filter((revision) => controllerOf(revision)?.uid === set.metadata.uid) };
}

/** Failures lose what they were: they are told behind what was tried. */
export async function asCommandError<T>(tried: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new CommandError(`${tried}: ${messageOf(error)}`);
  }
}

/** The template that a revision holds: the data of one are a patch that replaces it. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { spec } = data as unknown as { readonly spec: { readonly template: PodTemplateSpec & { readonly $patch?: string } } };
  const { $patch: _directive, ...template } = spec.template;
  return template;
}

export const atRevision = (set: RevisedSet, revision: ControllerRevision): RevisedSet =>
  ({ ...set, spec: { ...set.spec, template: templateOf(revision) } }) as RevisedSet;
