// The policy that a namespace's labels ask for. Models kubernetes/staging/src/k8s.io/pod-security-admission/api
import { invalidValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];

/** The minor of 1.x; Infinity is `latest`. */
export type Minor = number;
const LATEST: Minor = Number.POSITIVE_INFINITY;

export interface LevelVersion {
  readonly level: Level;
  readonly minor: Minor;
}
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}
type Labels = Readonly<Record<string, string>>;

const PREFIX = 'pod-security.kubernetes.io/';

/** Negative where `a` allows more. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b);
export const sameLevelVersion = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;
/** `restricted:latest`, `baseline:v1.30`. */
export const formatLevelVersion = ({ level, minor }: LevelVersion): string => `${level}:${minor === LATEST ? 'latest' : `v1.${minor}`}`;
export const isPrivileged = ({ level }: LevelVersion): boolean => level === 'privileged';

/** What cannot be read counts as the strictest to enforce, and as nothing to audit or warn about. */
export function policyOf(labels: Labels = {}): { readonly policy: Policy; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const report = (key: string, why: string): void => {
    errors.push(invalidValue(`metadata.labels[${PREFIX}${key}]`, labels[`${PREFIX}${key}`], why));
  };
  const read = (mode: 'enforce' | 'audit' | 'warn'): LevelVersion & { readonly isValidLevel: boolean } => {
    const asked = labels[`${PREFIX}${mode}`];
    const version = labels[`${PREFIX}${mode}-version`];
    const isValidLevel = asked !== undefined && (LEVELS as readonly string[]).includes(asked);
    if (asked !== undefined && !isValidLevel) report(mode, `must be one of ${LEVELS.join(', ')}`);
    const digits = version === undefined || version === 'latest' ? undefined : /^v1\.(\d|[1-9]\d*)$/.exec(version)?.[1];
    if (version !== undefined && version !== 'latest' && digits === undefined) report(`${mode}-version`, 'must be "latest" or "v1.x"');
    const fallback: Level = asked !== undefined && mode === 'enforce' ? 'restricted' : 'privileged';
    return { level: isValidLevel ? (asked as Level) : fallback, minor: digits === undefined ? LATEST : Number(digits), isValidLevel };
  };
  const enforce = read('enforce');
  const audit = read('audit');
  let warn: LevelVersion = read('warn');
  // Who enforces something is told of it where pods are only planned, too.
  if (labels[`${PREFIX}warn`] === undefined && enforce.isValidLevel && compareLevels(enforce.level, warn.level) > 0)
    warn = { level: enforce.level, minor: labels[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor };
  return { policy: { enforce, audit, warn }, errors };
}
