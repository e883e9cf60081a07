// What a check of a pod's security is made of. Models kubernetes/staging/src/k8s.io/pod-security-admission/policy
import type { Container, Pod, PodSpec, SecurityContext } from '../../../../kube/api/core-v1.ts';
import type { Minor } from './policy.ts';

export interface Subject {
  readonly metadata: Pod['metadata'];
  readonly spec: PodSpec;
}
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}
/** Undefined: allowed. */
export type CheckPod = (subject: Subject) => Violation | undefined;

export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** Each from a minor version on, in rising order. */
  readonly versions: readonly (readonly [from: Minor, check: CheckPod])[];
  /** The weaker check that this one stands in for. */
  readonly overrides?: string;
}

export const containersOf = ({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
  ...(ephemeralContainers as readonly Container[]),
];

export const quoted = (items: Iterable<string>): string => [...items].map((each) => `"${each}"`).join(', ');
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
/** `container "a"`, `containers "a", "b"`. */
export const named = (word: string, names: readonly string[]): string => `${plural(word, names.length)} ${quoted(names)}`;

/** Names of the containers whose security context is not as it should be. */
export const containersWhere = (spec: PodSpec, isBad: (context: SecurityContext | undefined, container: Container) => boolean): string[] =>
  containersOf(spec)
    .filter((each) => isBad(each.securityContext, each))
    .map(({ name }) => name);

/** `pod and container "c"`: who set something. */
export const setters = (pod: boolean, containers: readonly string[]): string[] => [
  ...(pod ? ['pod'] : []),
  ...(containers.length ? [named('container', containers)] : []),
];

export const unlessWindows =
  (check: CheckPod): CheckPod =>
  (subject) =>
    subject.spec.os?.name === 'windows' ? undefined : check(subject);
/** Root in a namespace of its own is not root. */
export const unlessOwnUsers =
  (check: CheckPod): CheckPod =>
  (subject) =>
    subject.spec.hostUsers === false ? undefined : check(subject);
