// The checks that the restricted level adds, and the weaker ones they stand in for. Models kubernetes/staging/src/k8s.io/pod-security-admission/policy/check_*.go
import { isBadSeccomp, procMount, seccompFields } from './baseline.ts';
import { containersOf, containersWhere, named, plural, quoted, setters, sorted, unlessOwnUsers, unlessWindows, type Check, type CheckPod } from './check.ts';

const allowPrivilegeEscalation: CheckPod = ({ spec }) => {
  const bad = containersWhere(spec, (context) => context?.allowPrivilegeEscalation !== false);
  return bad.length
    ? { reason: 'allowPrivilegeEscalation != false', detail: `${named('container', bad)} must set securityContext.allowPrivilegeEscalation=false` }
    : undefined;
};

const capabilities: CheckPod = ({ spec }) => {
  const forbidden = (added: readonly string[] = []): string[] => added.filter((each) => each !== 'NET_BIND_SERVICE');
  const keeping = containersWhere(spec, (context) => !context?.capabilities?.drop?.includes('ALL'));
  const adding = containersWhere(spec, (context) => forbidden(context?.capabilities?.add).length > 0);
  const values = sorted(containersOf(spec).flatMap((each) => forbidden(each.securityContext?.capabilities?.add)));
  const details = [
    ...(keeping.length ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length ? [`${named('container', adding)} must not include ${quoted(values)} in securityContext.capabilities.add`] : []),
  ];
  return details.length ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
};

const VOLUMES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const restrictedVolumes: CheckPod = ({ spec }) => {
  const typed = (spec.volumes ?? []).map((volume) => ({ name: volume.name, type: Object.keys(volume).find((key) => key !== 'name') ?? 'unknown' }));
  const bad = typed.filter(({ type }) => !VOLUMES.has(type));
  if (!bad.length) return undefined;
  const types = sorted(bad.map(({ type }) => type));
  return {
    reason: 'restricted volume types',
    detail: `${named(
      'volume',
      bad.map(({ name }) => name),
    )} ${bad.length === 1 ? 'uses' : 'use'} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
};

const runAsNonRoot: CheckPod = ({ spec }) => {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const explicit = containersWhere(spec, (context) => context?.runAsNonRoot === false);
  const implicit = containersWhere(spec, (context) => context?.runAsNonRoot === undefined && ofPod !== true);
  const who = setters(ofPod === false, explicit);
  if (who.length) return { reason: 'runAsNonRoot != true', detail: `${who.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  return implicit.length
    ? { reason: 'runAsNonRoot != true', detail: `pod or ${named('container', implicit)} must set securityContext.runAsNonRoot=true` }
    : undefined;
};

const runAsUser: CheckPod = ({ spec }) => {
  const bad = containersWhere(spec, (context) => context?.runAsUser === 0);
  const who = setters(spec.securityContext?.runAsUser === 0, bad);
  return who.length ? { reason: 'runAsUser=0', detail: `${who.join(' and ')} must not set runAsUser=0` } : undefined;
};

const seccomp: CheckPod = (subject) => {
  const { spec } = subject;
  const wrong = seccompFields(subject);
  if (wrong) return wrong;
  const ofPod = spec.securityContext?.seccompProfile?.type;
  const missing = ofPod !== undefined && !isBadSeccomp(ofPod) ? [] : containersWhere(spec, (context) => context?.seccompProfile === undefined);
  return missing.length
    ? {
        reason: 'seccompProfile',
        detail: `pod or ${named('container', missing)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      }
    : undefined;
};

/** By id: the order in which they report, after those of the baseline. */
export const RESTRICTED: readonly Check[] = (
  [
    {
      id: 'allowPrivilegeEscalation',
      versions: [
        [8, allowPrivilegeEscalation],
        [25, unlessWindows(allowPrivilegeEscalation)],
      ],
    },
    {
      id: 'capabilities_restricted',
      versions: [
        [22, capabilities],
        [25, unlessWindows(capabilities)],
      ],
      overrides: 'capabilities_baseline',
    },
    { id: 'procMount_restricted', versions: [[35, procMount]], overrides: 'procMount' },
    { id: 'restrictedVolumes', versions: [[0, restrictedVolumes]], overrides: 'hostPathVolumes' },
    {
      id: 'runAsNonRoot',
      versions: [
        [0, runAsNonRoot],
        [35, unlessOwnUsers(runAsNonRoot)],
      ],
    },
    {
      id: 'runAsUser',
      versions: [
        [23, runAsUser],
        [35, unlessOwnUsers(runAsUser)],
      ],
    },
    {
      id: 'seccompProfile_restricted',
      versions: [
        [19, seccomp],
        [25, unlessWindows(seccomp)],
      ],
      overrides: 'seccompProfile_baseline',
    },
  ] satisfies readonly Omit<Check, 'level'>[]
).map((check) => ({ ...check, level: 'restricted' }));
