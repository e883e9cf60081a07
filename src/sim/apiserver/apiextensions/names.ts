// Which of the names that a CustomResourceDefinition wants are still free in its group. Models apiextensions-apiserver/pkg/controller/status/naming_controller.go
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from '../../../kube/api/apiextensions-v1.ts';
import type { Mutable } from '../../resources/descriptor.ts';

type Condition = Mutable<CustomResourceDefinitionCondition>;
export interface Naming {
  readonly acceptedNames: CustomResourceDefinitionNames;
  readonly namesAccepted: Pick<Condition, 'status' | 'reason' | 'message'>;
  readonly established: Pick<Condition, 'status' | 'reason' | 'message'>;
}

export const isTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  (status.conditions ?? []).some((each) => each.type === type && each.status === 'True');

/** `others`: those of the same group. A name that was accepted once stays. */
export function namingOf(crd: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): Naming {
  const wanted = crd.spec.names;
  const had = crd.status.acceptedNames;
  const resources = new Set(others.flatMap(({ status: { acceptedNames: names } }) => [names.plural, names.singular ?? '', ...(names.shortNames ?? [])]));
  const kinds = new Set(others.flatMap(({ status: { acceptedNames: names } }) => [names.kind, names.listKind ?? '']));
  let problem: Naming['namesAccepted'] | undefined;
  const claim = (name: string | undefined, before: string | undefined, taken: ReadonlySet<string>, reason: string): boolean => {
    if (name === undefined || name === before || !taken.has(name)) return true;
    problem = { status: 'False', reason, message: `${JSON.stringify(name)} is already in use` };
    return false;
  };
  const accepted: Mutable<CustomResourceDefinitionNames> = { plural: had.plural, kind: had.kind };
  if (claim(wanted.plural, had.plural, resources, 'PluralConflict')) accepted.plural = wanted.plural;
  if (claim(wanted.singular, had.singular, resources, 'SingularConflict')) accepted.singular = wanted.singular ?? '';
  const shortNames = wanted.shortNames ?? [];
  const clashing = shortNames.filter((name) => !claim(name, had.shortNames?.includes(name) ? name : undefined, resources, 'ShortNamesConflict'));
  if (!clashing.length && shortNames.length) accepted.shortNames = [...shortNames];
  if (claim(wanted.kind, had.kind, kinds, 'KindConflict')) accepted.kind = wanted.kind;
  if (claim(wanted.listKind, had.listKind, kinds, 'ListKindConflict')) accepted.listKind = wanted.listKind ?? '';
  if (wanted.categories?.length) accepted.categories = [...wanted.categories];
  for (const key of ['singular', 'listKind'] as const) if (!accepted[key]) delete accepted[key];
  const namesAccepted = problem ?? { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const established =
    isTrue(crd, 'Established') || namesAccepted.status === 'True'
      ? { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
      : { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  return { acceptedNames: accepted, namesAccepted, established };
}
