// What pods and pod templates are warned about. Models kubernetes/pkg/api/pod/warnings.go
import type { AppArmorProfile, Container, EnvVar, Pod, PodAffinity, PodSpec, PodTemplateSpec, Volume } from '../../../../kube/api/core-v1.ts';
import type { ObjectMeta } from '../../../../kube/api/meta-v1.ts';
import { validateDnsLabel } from '../../../../kube/machinery/names.ts';
import { jsonEqual } from '../../../../kube/machinery/json.ts';
import { warningsForIp } from '../../validation/ip.ts';
import { child } from '../../validation/path.ts';
import { APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD } from '../validation/pod-annotations.ts';
import { specOf } from '../validation/pod-template.ts';
import { containersWithPath } from '../validation/visit-containers.ts';
import { warningsForClaimSpec } from './claim.ts';
import { fractionalBytes } from './fractions.ts';
import { deprecatedLabel, warningsForNodeSelectorTerm } from './node-labels.ts';
import { warningsForPorts } from './ports.ts';
import { warningsForOverlappingPaths } from './volume-paths.ts';

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

/** In upstream's order: field in v1, field in the message, what is wrong with it. */
const DEPRECATED_VOLUMES: readonly (readonly [keyof Volume, string, string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', 'ephemeral', ''],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function warningsForVolume(volume: Volume, field: string): string[] {
  return DEPRECATED_VOLUMES.filter(([name]) => volume[name]).flatMap(([name, shown, message]) => {
    if (name !== 'ephemeral') return [`${field}.${shown}: ${message}`];
    const template = volume.ephemeral?.volumeClaimTemplate;
    return template ? warningsForClaimSpec(template.spec, `${field}.ephemeral.volumeClaimTemplate.spec`) : [];
  });
}

function duplicates(items: readonly string[], say: (i: number, item: string) => string): string[] {
  return items.flatMap((each, i) => (items.indexOf(each) < i ? [say(i, each)] : []));
}

/** Undefined for an annotation that says nothing. */
export function appArmorOfAnnotation(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const local = annotation.startsWith('localhost/') ? annotation.slice('localhost/'.length) : '';
  return local ? { type: 'Localhost', localhostProfile: local } : undefined;
}

/** A variable that hides one before it without building on it. */
function hides(env: readonly EnvVar[], i: number): boolean {
  const { name, value = '', valueFrom } = env[i] ?? { name: '' };
  if (!env.slice(0, i).some((each) => each.name === name)) return false;
  const reference = `$(${name})`;
  return Boolean(valueFrom) || value === reference || !value.includes(reference);
}

interface Subject {
  readonly spec: PodSpec;
  readonly annotations: Readonly<Record<string, string>>;
  /** Empty for pods. */
  readonly field: string;
}

function warningsForContainer(container: Container, at: string, { spec, annotations, field }: Subject): string[] {
  const { name, securityContext, resources, env = [] } = container;
  const annotation = (key: string): string => `${child(field, 'metadata', 'annotations')}[${key}]`;
  const warnings: string[] = [];
  if (!securityContext?.seccompProfile && annotations[`${SECCOMP_CONTAINER}${name}`] !== undefined)
    warnings.push(`${annotation(`${SECCOMP_CONTAINER}${name}`)}: non-functional in v1.27+; use the "seccompProfile" field instead`);
  const armor = annotations[`${APP_ARMOR}${name}`];
  if (field !== '' && !securityContext?.appArmorProfile && armor !== undefined) {
    const ofPod = spec.securityContext?.appArmorProfile;
    if (!ofPod || !jsonEqual(ofPod, appArmorOfAnnotation(armor)))
      warnings.push(`${annotation(`${APP_ARMOR}${name}`)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
  for (const resource of ['memory', 'ephemeral-storage'])
    for (const list of ['limits', 'requests'] as const)
      warnings.push(...fractionalBytes(resources?.[list]?.[resource], `${at}.resources.${list}[${resource}]`));
  for (const [i, each] of env.entries())
    if (hides(env, i)) warnings.push(`${at}.env[${i}]: hides previous definition of ${JSON.stringify(each.name)}, which may be dropped when using apply`);
  return warnings;
}

const NULL_SELECTOR = 'a null labelSelector results in matching no pod';
function warningsForAffinity(affinity: PodAffinity | undefined, field: string): string[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } = affinity ?? {};
  return [
    ...required.flatMap(({ labelSelector }, i) =>
      labelSelector ? [] : [`${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${NULL_SELECTOR}`],
    ),
    ...preferred.flatMap(({ podAffinityTerm }, i) =>
      podAffinityTerm.labelSelector ? [] : [`${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector: ${NULL_SELECTOR}`],
    ),
  ];
}

function warningsForPlacement({ spec }: Subject, at: string): string[] {
  const warnings: string[] = [];
  for (const name of Object.keys(spec.nodeSelector ?? {})) {
    const message = deprecatedLabel(name);
    if (message) warnings.push(`${at}.nodeSelector[${name}]: ${message}`);
  }
  const { nodeAffinity } = spec.affinity ?? {};
  const nodes = `${at}.affinity.nodeAffinity`;
  for (const [i, term] of (nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).entries())
    warnings.push(...warningsForNodeSelectorTerm(term, false, `${nodes}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`));
  for (const [i, { preference }] of (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries())
    warnings.push(...warningsForNodeSelectorTerm(preference, true, `${nodes}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`));
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const message = deprecatedLabel(topologyKey);
    if (message) warnings.push(`${at}.topologySpreadConstraints[${i}].topologyKey: ${topologyKey} is ${message}`);
    if (!labelSelector) warnings.push(`${at}.topologySpreadConstraints[${i}].labelSelector: ${NULL_SELECTOR}`);
  }
  return warnings;
}

function warningsFor(subject: Subject): string[] {
  const { spec, annotations, field } = subject;
  const at = child(field, 'spec');
  const annotation = (key: string): string => `${child(field, 'metadata', 'annotations')}[${key}]`;
  const warnings = warningsForPlacement(subject, at);
  for (const [name, message] of Object.entries(DEPRECATED_ANNOTATIONS)) if (annotations[name] !== undefined) warnings.push(`${annotation(name)}: ${message}`);
  const secrets = (spec.imagePullSecrets ?? []).map((each) => each.name ?? '');
  const containers = containersWithPath(spec, at);
  warnings.push(
    ...(spec.volumes ?? []).flatMap((each, i) => warningsForVolume(each, `${at}.volumes[${i}]`)),
    ...warningsForOverlappingPaths(spec.volumes ?? []),
    ...duplicates(
      (spec.hostAliases ?? []).map(({ ip }) => ip),
      (i, ip) => `${at}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ip)}`,
    ),
    ...duplicates(secrets, (i, name) => `${at}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`),
    ...secrets.flatMap((name, i) => (name ? [] : [`${at}.imagePullSecrets[${i}].name: invalid empty name ""`])),
    ...['memory', 'ephemeral-storage'].flatMap((each) => fractionalBytes(spec.overhead?.[each], `${at}.overhead[${each}]`)),
  );
  if (!spec.securityContext?.seccompProfile && annotations[SECCOMP_POD] !== undefined)
    warnings.push(`${annotation(SECCOMP_POD)}: non-functional in v1.27+; use the "seccompProfile" field instead`);
  warnings.push(...containers.flatMap(([each, where]) => warningsForContainer(each, where, subject)), ...warningsForPorts(containers));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    warnings.push(`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`);
  warnings.push(
    ...warningsForAffinity(spec.affinity?.podAffinity, `${at}.affinity.podAffinity`),
    ...warningsForAffinity(spec.affinity?.podAntiAffinity, `${at}.affinity.podAntiAffinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((each, i) => warningsForIp(`${at}.dnsConfig.nameservers[${i}]`, each)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => warningsForIp(`${at}.hostAliases[${i}].ip`, ip)),
  );
  return warnings;
}

/** The annotation has become the field already, or says nothing that a field could. */
function warningsForAppArmor({ metadata, spec }: Pod): string[] {
  if (spec.os?.name === 'windows') return [];
  return containersWithPath(spec, '').flatMap(([{ name, securityContext }]) => {
    const annotation = metadata.annotations?.[`${APP_ARMOR}${name}`];
    const profile = annotation === undefined ? undefined : appArmorOfAnnotation(annotation);
    const own = securityContext?.appArmorProfile;
    const warned = annotation !== undefined && (profile ? jsonEqual(own, profile) : !own);
    return warned ? [`metadata.annotations[${APP_ARMOR}${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`] : [];
  });
}

export function warningsForPod(pod: Pod): string[] {
  const { metadata, spec } = pod;
  return [...warningsForAppArmor(pod), ...warningsForSpec(metadata, spec)];
}
function warningsForSpec(metadata: ObjectMeta, spec: PodSpec): string[] {
  return warningsFor({ spec, annotations: metadata.annotations ?? {}, field: '' });
}
/** `field` is `spec.template` and the like. */
export function warningsForPodTemplate(template: PodTemplateSpec | undefined, field: string): string[] {
  return template ? warningsFor({ spec: specOf(template), annotations: template.metadata?.annotations ?? {}, field }) : [];
}

/** Names that become host names are better without dots. */
export function warningsForHostname({ name = '' }: ObjectMeta, use: string): string[] {
  const problems = validateDnsLabel(name);
  return problems.length
    ? [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`]
    : [];
}
export const POD_HOSTNAME = "the Pod's hostname";
export const POD_NAMES = 'Pod names and hostnames';
