// Which objects a list, watch or collection deletion is about.
import { badRequest } from '../../../kube/machinery/status-error.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import {
  matchesSelector,
  parseFieldSelector,
  parseSelector,
  SelectorSyntaxError,
  type FieldRequirement,
  type Selector,
} from '../../../kube/machinery/selectors.ts';
import type { AnyResource } from '../../resources/descriptor.ts';

export interface SelectionText {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface Selection {
  readonly isEverything: boolean;
  /** The name that a field selector demands: makes a list a look-up. */
  readonly name: string | undefined;
  /** An indexed field and the value it demands: makes it a shorter search. */
  readonly indexed: { readonly field: string; readonly value: string } | undefined;
  matches(object: KubeObject): boolean;
}

const EVERYTHING: Selection = { isEverything: true, name: undefined, indexed: undefined, matches: () => true };

const COMMON_FIELDS: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
};

/** How to read a field of this resource. Throws StatusError 400 for one that is not selectable. */
function readerOf(resource: AnyResource, field: string): (object: KubeObject) => string {
  const { selectableFields } = resource.kindRules;
  const own = selectableFields && Object.hasOwn(selectableFields, field) ? selectableFields[field] : undefined;
  const reader =
    own ?? (field === 'metadata.namespace' && !resource.namespaced ? undefined : Object.hasOwn(COMMON_FIELDS, field) ? COMMON_FIELDS[field] : undefined);
  if (!reader)
    throw badRequest(
      selectableFields ? `field label not supported: ${field}` : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  return reader;
}

/** Throws StatusError 400 for what cannot be parsed or selected by. */
export function selectionOf(resource: AnyResource, { labelSelector, fieldSelector }: SelectionText): Selection {
  if (!labelSelector && !fieldSelector) return EVERYTHING;
  let labels: Selector = [];
  let fields: readonly FieldRequirement[] = [];
  try {
    if (labelSelector) labels = parseSelector(labelSelector);
    if (fieldSelector) fields = parseFieldSelector(fieldSelector);
  } catch (error) {
    if (error instanceof SelectorSyntaxError) throw badRequest(error.message);
    throw error;
  }
  const checks = fields.map(({ field, equals, value }) => ({ read: readerOf(resource, field), equals, value }));
  const indexed = fields.find(({ field, equals }) => equals && resource.kindRules.indexedFields?.includes(field));
  return {
    isEverything: false,
    name: fields.find((each) => each.field === 'metadata.name' && each.equals)?.value,
    indexed: indexed && { field: indexed.field, value: indexed.value },
    matches: (object) => matchesSelector(labels, object.metadata.labels) && checks.every(({ read, equals, value }) => (read(object) === value) === equals),
  };
}
