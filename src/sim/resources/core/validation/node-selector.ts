// Which nodes: terms of expressions over labels and fields. Models kubernetes/pkg/apis/core/validation/validation.go
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain, validateLabelValue } from '../../../../kube/machinery/names.ts';
import { validateLabelName } from '../../validation/labels.ts';

function validateRequirement({ key, operator, values = [] }: NodeSelectorRequirement, allowInvalidValues: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (!values.length) errors.push(requiredValue(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length) errors.push(forbiddenValue(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) errors.push(requiredValue(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  errors.push(...validateLabelName(key, `${field}.key`));
  if (!allowInvalidValues) for (const [i, value] of values.entries()) errors.push(...invalidValues(`${field}.values[${i}]`, value, validateLabelValue(value)));
  return errors;
}

function validateFieldRequirement({ key, operator, values = [] }: NodeSelectorRequirement, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(requiredValue(`${field}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (key !== 'metadata.name') errors.push(invalidValue(`${field}.key`, key, 'not a valid field selector key'));
  else for (const [i, value] of values.entries()) errors.push(...invalidValues(`${field}.values[${i}]`, value, validateDnsSubdomain(value)));
  return errors;
}

export function validateNodeSelectorTerm(term: NodeSelectorTerm, allowInvalidValues: boolean, field: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((each, i) => validateRequirement(each, allowInvalidValues, `${field}.matchExpressions[${i}]`)),
    ...(term.matchFields ?? []).flatMap((each, i) => validateFieldRequirement(each, `${field}.matchFields[${i}]`)),
  ];
}

/** `allowInvalidValues`: an older object has such label values already. */
export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, allowInvalidValues: boolean, field: string): FieldError[] {
  const at = `${field}.nodeSelectorTerms`;
  if (!nodeSelectorTerms?.length) return [requiredValue(at, 'must have at least one node selector term')];
  return nodeSelectorTerms.flatMap((each, i) => validateNodeSelectorTerm(each, allowInvalidValues, `${at}[${i}]`));
}

export const hasInvalidTermValue = (terms: readonly NodeSelectorTerm[] | undefined): boolean =>
  (terms ?? []).some((term) => term.matchExpressions?.some(({ values }) => values?.some((each) => validateLabelValue(each).length > 0)));
