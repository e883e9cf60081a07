// Annotations of pods that mean something: older ways to say what fields say now. Models kubernetes/pkg/apis/core/validation/validation.go
import type { AppArmorProfile, Container, PodSpec, SeccompProfile } from '../../../../kube/api/core-v1.ts';
import type { ObjectMeta } from '../../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { containersWithPath } from './visit-containers.ts';
import { validateLocalDescendingPath } from './volume-paths.ts';

export const MIRROR = 'kubernetes.io/config.mirror';
export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
type Annotations = ObjectMeta['annotations'];

function validateSeccompAnnotation(profile: string, field: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith('localhost/')) return validateLocalDescendingPath(profile.slice('localhost/'.length), field);
  return [invalidValue(field, profile, 'must be a valid seccomp profile')];
}

const isDeletionCost = (text: string): boolean => /^(-\d+|0|[1-9]\d*)$/.test(text) && Math.abs(Number(text)) <= 2147483648 && Number(text) !== 2147483648;

/** `allowInvalidCost`: an older pod has such a cost already. */
export function validatePodAnnotations(annotations: Annotations, spec: PodSpec, field: string, allowInvalidCost = false): FieldError[] {
  const errors: FieldError[] = [];
  const given = annotations ?? {};
  const mirror = given[MIRROR];
  if (mirror !== undefined && !spec.nodeName)
    errors.push(invalidValue(`${field}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  const cost = given[DELETION_COST];
  if (cost !== undefined && !allowInvalidCost && !isDeletionCost(cost))
    errors.push(invalidValue(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  const seccomp = given[SECCOMP_POD];
  if (seccomp !== undefined) errors.push(...validateSeccompAnnotation(seccomp, `${field}.${SECCOMP_POD}`));
  for (const [name, value] of Object.entries(given))
    if (name.startsWith(SECCOMP_CONTAINER)) errors.push(...validateSeccompAnnotation(value, `${field}.${name}`));
  const names = new Set(containersWithPath(spec, '').map(([{ name }]) => name));
  for (const [name, value] of Object.entries(given)) {
    if (!name.startsWith(APP_ARMOR)) continue;
    const container = name.slice(APP_ARMOR.length);
    if (!names.has(container)) errors.push(invalidValue(`${field}[${name}]`, container, 'container not found'));
    if (value !== '' && value !== 'runtime/default' && value !== 'unconfined' && !value.startsWith('localhost/'))
      errors.push(invalidValue(`${field}[${name}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`));
  }
  return errors;
}

export const hasInvalidDeletionCost = (annotations: Annotations): boolean => {
  const cost = annotations?.[DELETION_COST];
  return cost !== undefined && !isDeletionCost(cost);
};

interface AnnotatedPod {
  readonly metadata: { readonly annotations?: Annotations };
  readonly spec: PodSpec;
}
export function validatePodAnnotationUpdates(pod: AnnotatedPod, before: AnnotatedPod): FieldError[] {
  const field = 'metadata.annotations';
  const next = pod.metadata.annotations;
  const old = before.metadata.annotations;
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(old ?? {})) {
    if (next?.[name] === value) continue;
    if (name.startsWith(APP_ARMOR)) errors.push(forbiddenValue(`${field}[${name}]`, 'may not remove or update AppArmor annotations'));
    if (name === MIRROR) errors.push(forbiddenValue(`${field}[${name}]`, 'may not remove or update mirror pod annotation'));
  }
  for (const name of Object.keys(next ?? {})) {
    if (old?.[name] !== undefined) continue;
    if (name.startsWith(APP_ARMOR)) errors.push(forbiddenValue(`${field}[${name}]`, 'may not add AppArmor annotations'));
    if (name === MIRROR) errors.push(forbiddenValue(`${field}[${name}]`, 'may not add mirror pod annotation'));
  }
  return [...errors, ...validatePodAnnotations(next, pod.spec, field, hasInvalidDeletionCost(old))];
}

type Profile = SeccompProfile | AppArmorProfile;
function validateMatch(annotation: string | undefined, profile: Profile | undefined, what: 'seccomp' | 'apparmor', field: string): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const { type, localhostProfile } = profile;
  const differs = [forbiddenValue(`${field}.type`, `${what} type in annotation and field must match`)];
  if (type === 'Unconfined') return annotation === 'unconfined' ? [] : differs;
  if (type === 'RuntimeDefault') return annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default') ? [] : differs;
  if (type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return differs;
  return annotation.slice('localhost/'.length) === localhostProfile
    ? []
    : [forbiddenValue(`${field}.localhostProfile`, `${what} profile in annotation and field must match`)];
}

/** What annotations and fields both say must be the same. */
export function validateProfilesMatch(annotations: Annotations, spec: PodSpec, field: string): FieldError[] {
  if (!annotations) return [];
  const containers = containersWithPath(spec, field);
  const ofContainer = ({ name, securityContext }: Container, at: string): FieldError[] =>
    validateMatch(annotations[`${SECCOMP_CONTAINER}${name}`], securityContext?.seccompProfile, 'seccomp', `${at}.securityContext.seccompProfile`);
  const appArmor = ({ name, securityContext }: Container, at: string): FieldError[] =>
    validateMatch(
      annotations[`${APP_ARMOR}${name}`],
      securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile,
      'apparmor',
      `${at}.securityContext.appArmorProfile`,
    );
  return [
    ...validateMatch(annotations[SECCOMP_POD], spec.securityContext?.seccompProfile, 'seccomp', `${field}.securityContext.seccompProfile`),
    ...containers.flatMap(([each, at]) => ofContainer(each, at)),
    ...(spec.os?.name === 'windows' ? [] : containers.flatMap(([each, at]) => appArmor(each, at))),
  ];
}
