// IngressClass: its controller never changes. Models kubernetes/pkg/apis/networking/validation/validation.go
import type { IngressClass, IngressClassParametersReference } from '../../../kube/api/networking-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateDomainPrefixedPath } from '../validation/domain.ts';
import { IMMUTABLE } from '../validation/rules.ts';
import { validateLocalReference } from './ingress-validation.ts';

const LONGEST_CONTROLLER = 250;

function validateParameters(parameters: IngressClassParametersReference | undefined): FieldError[] {
  if (!parameters) return [];
  const { scope, namespace } = parameters;
  const at = 'spec.parameters';
  const errors = validateLocalReference(parameters, at);
  if (scope === undefined) errors.push(requiredValue(`${at}.scope`));
  else if (scope !== 'Cluster' && scope !== 'Namespace') errors.push(notSupported(`${at}.scope`, scope, ['Cluster', 'Namespace']));
  else if (scope === 'Namespace' && namespace === undefined) errors.push(requiredValue(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  else if (scope === 'Namespace') errors.push(...invalidValues(`${at}.namespace`, namespace, validateDnsLabel(namespace ?? '')));
  else if (namespace !== undefined) errors.push(forbiddenValue(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

function validate({ spec }: IngressClass): FieldError[] {
  const { controller = '' } = spec;
  return [
    ...(controller.length > LONGEST_CONTROLLER ? [tooLong('spec.controller', LONGEST_CONTROLLER)] : []),
    ...validateDomainPrefixedPath(controller, 'spec.controller'),
    ...validateParameters(spec.parameters),
  ];
}

export const ingressClasses = defineKind<IngressClass>('networking.k8s.io/v1', 'ingressclasses', {
  metadataChecks: ['as changed', 'as new'],
  generation: true,
  defaults({ spec }) {
    if (spec.parameters) spec.parameters.scope ??= 'Cluster';
  },
  validate,
  validateUpdate: (object, old) => [
    ...(object.spec.controller === old.spec.controller ? [] : [invalidValue('spec.controller', object.spec.controller ?? '', IMMUTABLE)]),
    ...validate(object),
  ],
  row(object, { now }) {
    const { parameters, controller = '' } = object.spec;
    const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
    return [object.metadata.name ?? '', controller, parameters ? `${parameters.kind}${group}/${parameters.name}` : '<none>', age(object, now)];
  },
});
