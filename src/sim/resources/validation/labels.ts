// Labels, annotations and label selectors. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
import type { LabelSelector, LabelSelectorRequirement } from '../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateLabelKey, validateLabelValue } from '../../../kube/machinery/names.ts';

const TOTAL_ANNOTATION_BYTES = 256 * 1024;
type Texts = Readonly<Record<string, string>> | null | undefined;

export const validateLabelName = (name: string, field: string): FieldError[] => invalidValues(field, name, validateLabelKey(name));

export function validateLabels(labels: Texts, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(labels ?? {}))
    errors.push(...validateLabelName(name, field), ...invalidValues(field, value, validateLabelValue(value)));
  return errors;
}

export function validateAnnotations(annotations: Texts, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let total = 0;
  for (const [name, value] of Object.entries(annotations ?? {})) {
    errors.push(...invalidValues(field, name, validateLabelKey(name.toLowerCase())));
    total += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (total > TOTAL_ANNOTATION_BYTES) errors.push(tooLong(field, TOTAL_ANNOTATION_BYTES));
  return errors;
}

export interface SelectorOptions {
  /** True where an older object has such values already. */
  readonly allowInvalidValues?: boolean;
}

function validateRequirement(
  { key, operator, values }: LabelSelectorRequirement,
  field: string,
  { allowInvalidValues = false }: SelectorOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (!values?.length) errors.push(requiredValue(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values?.length) errors.push(forbiddenValue(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  errors.push(...validateLabelName(key, `${field}.key`));
  if (!allowInvalidValues)
    for (const [i, value] of (values ?? []).entries()) errors.push(...invalidValues(`${field}.values[${i}]`, value, validateLabelValue(value)));
  return errors;
}

/** Of selectors anywhere: affinity terms, workloads, budgets. */
export function validateLabelSelector(selector: LabelSelector | null | undefined, field: string, options: SelectorOptions = {}): FieldError[] {
  if (!selector) return [];
  return [
    ...validateLabels(selector.matchLabels, `${field}.matchLabels`),
    ...(selector.matchExpressions ?? []).flatMap((each, i) => validateRequirement(each, `${field}.matchExpressions[${i}]`, options)),
  ];
}

export const hasInvalidLabelValue = (selector: LabelSelector | undefined): boolean =>
  (selector?.matchExpressions ?? []).some(({ values }) => values?.some((each) => validateLabelValue(each).length > 0));
