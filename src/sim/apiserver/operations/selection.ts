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
  matches(object: KubeObject): boolean;
}

const EVERYTHING: Selection = { isEverything: true, name: undefined, matches: () => true };

function fieldOf(resource: AnyResource, object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return resource.kindRules.fields?.(object)[field] ?? '';
}

function checkField(resource: AnyResource, { field }: FieldRequirement): void {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced)) return;
  const sample = { apiVersion: '', kind: '', metadata: {}, spec: {}, status: {}, involvedObject: {}, regarding: {} };
  const known = resource.kindRules.fields ? Object.keys(resource.kindRules.fields(sample)) : [];
  if (!known.includes(field))
    throw badRequest(
      resource.kindRules.fields
        ? `field label not supported: ${field}`
        : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
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
  for (const requirement of fields) checkField(resource, requirement);
  return {
    isEverything: false,
    name: fields.find((each) => each.field === 'metadata.name' && each.equals)?.value,
    matches: (object) =>
      matchesSelector(labels, object.metadata.labels) && fields.every(({ field, equals, value }) => (fieldOf(resource, object, field) === value) === equals),
  };
}
