// Holds pods to the policy of their namespace, warns of workloads that could not run, and of pods that a new policy would not let in.
// Models kubernetes/staging/src/k8s.io/pod-security-admission/admission and plugin/pkg/admission/security/podsecurity
import type { Container, Namespace, Pod, PodTemplateSpec } from '../../../../kube/api/core-v1.ts';
import type { CronJob } from '../../../../kube/api/batch-v1.ts';
import { controllerOf, groupResourceOf, type KubeObject } from '../../../../kube/machinery/object.ts';
import { forbidden, internalError, invalid } from '../../../../kube/machinery/status-error.ts';
import type { AdmissionContext, AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import type { Subject } from './check.ts';
import { detailsOf, evaluate, reasonsOf } from './evaluate.ts';
import { compareLevels, formatLevelVersion, isPrivileged, policyOf, sameLevelVersion, type LevelVersion } from './policy.ts';

const MOST_PODS = 3000;

const templateOf = (object: unknown): PodTemplateSpec | undefined => (object as { spec: { template?: PodTemplateSpec } }).spec.template;
/** Where kinds keep the pod they are going to make. */
const TEMPLATES: Readonly<Record<string, (object: unknown) => PodTemplateSpec | undefined>> = {
  podtemplates: (object) => (object as { template?: PodTemplateSpec }).template,
  replicationcontrollers: templateOf,
  'replicasets.apps': templateOf,
  'deployments.apps': templateOf,
  'statefulsets.apps': templateOf,
  'daemonsets.apps': templateOf,
  'jobs.batch': templateOf,
  'cronjobs.batch': (object) => (object as CronJob).spec.jobTemplate.spec?.template,
};

const subjectOf = ({ metadata = {}, spec }: Pick<PodTemplateSpec, 'metadata' | 'spec'>): Subject | undefined => spec && { metadata, spec };

/** Of running pods only images and added containers may change what a policy thinks of them. */
function isSignificant(next: Pod, old: Pod): boolean {
  const images = (containers: readonly Container[] = []): string => containers.map(({ image }) => image).join('\n');
  if (images(next.spec.initContainers) !== images(old.spec.initContainers) || images(next.spec.containers) !== images(old.spec.containers)) return true;
  return (next.spec.ephemeralContainers ?? []).some((each) => old.spec.ephemeralContainers?.find(({ name }) => name === each.name)?.image !== each.image);
}

export function podSecurity({ store }: AdmissionContext): AdmissionPlugin {
  const namespaceOf = (name: string): Namespace => {
    const found = store.get('namespaces', name) as Namespace | undefined;
    if (!found) throw internalError(`failed to lookup namespace ${JSON.stringify(name)}`);
    return found;
  };

  function validatePod({ operation, call, object, old }: AdmissionRequest): void {
    const { policy } = policyOf(namespaceOf(call.namespace).metadata.labels);
    const pod = object as unknown as Pod;
    if (operation === 'UPDATE' && !isSignificant(pod, old as unknown as Pod)) return;
    const violations = evaluate(policy.enforce, pod);
    if (violations.length)
      throw forbidden(
        call.resource,
        call.name || (pod.metadata.name ?? ''),
        `violates PodSecurity ${JSON.stringify(formatLevelVersion(policy.enforce))}: ${detailsOf(violations)}`,
      );
    warnOf(policy.warn, pod, call.warn);
  }

  function validateWorkload({ call, object }: AdmissionRequest): void {
    const { policy } = policyOf(namespaceOf(call.namespace).metadata.labels);
    const template = TEMPLATES[groupResourceOf(call.resource)]?.(object);
    const subject = template && subjectOf(template);
    if (subject) warnOf(policy.warn, subject, call.warn);
  }

  function warnOf(level: LevelVersion, subject: Subject, warn: (text: string) => void): void {
    const violations = evaluate(level, subject);
    if (violations.length) warn(`would violate PodSecurity ${JSON.stringify(formatLevelVersion(level))}: ${detailsOf(violations)}`);
  }

  function validateNamespace({ operation, call, object, old }: AdmissionRequest): void {
    const { metadata } = object as KubeObject;
    const { policy, errors } = policyOf(metadata.labels);
    const before = operation === 'UPDATE' ? policyOf(old?.metadata.labels) : undefined;
    if (errors.length && JSON.stringify(before?.errors) !== JSON.stringify(errors)) throw invalid(call.resource, metadata.name ?? '', errors);
    if (!before) return;
    const { enforce } = policy;
    const { enforce: was } = before.policy;
    if (sameLevelVersion(enforce, was) || isPrivileged(enforce)) return;
    if (enforce.minor === was.minor && compareLevels(enforce.level, was.level) < 1) return;
    for (const text of existingViolations(metadata.name ?? '', enforce)) call.warn(text);
  }

  /** Pods of one controller are alike: those of which one was looked at come last. */
  function* podsToCheck(namespace: string): Iterable<Pod> {
    const seen = new Set<string>();
    const later: Pod[] = [];
    for (const [, object] of store.range('pods', `${namespace}/`)) {
      const pod = object as Pod;
      const owner = controllerOf(pod)?.uid;
      if (owner !== undefined && seen.has(owner)) later.push(pod);
      else yield pod;
      if (owner !== undefined) seen.add(owner);
    }
    yield* later;
  }

  function existingViolations(namespace: string, enforce: LevelVersion): string[] {
    const found = new Map<string, { name: string; count: number }>();
    let total = 0;
    for (const pod of podsToCheck(namespace)) {
      total += 1;
      const violations = total > MOST_PODS ? [] : evaluate(enforce, pod);
      if (!violations.length) continue;
      const name = pod.metadata.name ?? '';
      const known = found.get(reasonsOf(violations));
      if (!known) found.set(reasonsOf(violations), { name, count: 1 });
      else {
        known.count += 1;
        if (name < known.name) known.name = name;
      }
    }
    const others = (count: number): string => (count === 1 ? '' : ` (and ${count - 1} other pod${count === 2 ? '' : 's'})`);
    return [
      ...(total > MOST_PODS ? [`new PodSecurity enforce level only checked against the first ${MOST_PODS} of ${total} existing pods`] : []),
      ...(found.size
        ? [`existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(formatLevelVersion(enforce))}`]
        : []),
      ...[...found].map(([reason, { name, count }]) => `${name}${others(count)}: ${reason}`).sort(),
    ];
  }

  return {
    name: 'PodSecurity',
    resources: ['namespaces', 'pods', 'pods/ephemeralcontainers', 'pods/resize', ...Object.keys(TEMPLATES)],
    validate(request) {
      const { resource } = request.call.resource;
      if (resource === 'namespaces') validateNamespace(request);
      else if (resource === 'pods') validatePod(request);
      else validateWorkload(request);
    },
  };
}
