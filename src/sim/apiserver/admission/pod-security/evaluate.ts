// All that a pod does which a level of some version does not allow. Models kubernetes/staging/src/k8s.io/pod-security-admission/policy/registry.go
import { BASELINE } from './baseline.ts';
import type { Check, CheckPod, Subject, Violation } from './check.ts';
import type { LevelVersion, Minor } from './policy.ts';
import { RESTRICTED } from './restricted.ts';

const checkOf = ({ versions }: Check, minor: Minor): CheckPod | undefined => versions.findLast(([from]) => from <= minor)?.[1];

export function evaluate({ level, minor }: LevelVersion, subject: Subject): readonly Violation[] {
  if (level === 'privileged') return [];
  const restricted = level === 'restricted' ? RESTRICTED.filter((each) => checkOf(each, minor)) : [];
  const overridden = new Set(restricted.map(({ overrides }) => overrides));
  return [...BASELINE.filter(({ id }) => !overridden.has(id)), ...restricted].flatMap((each) => checkOf(each, minor)?.(subject) ?? []);
}

export const reasonsOf = (violations: readonly Violation[]): string => violations.map(({ reason }) => reason).join(', ');
export const detailsOf = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
