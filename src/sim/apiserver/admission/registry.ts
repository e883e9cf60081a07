// Every admission plugin there is, in the order in which they run, and which of them run. Models kubernetes/pkg/kubeapiserver/options/plugins.go
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { alwaysPullImages } from './always-pull-images.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import { defaultIngressClass, defaultStorageClass } from './default-classes.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { denyServiceExternalIps } from './deny-service-external-ips.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { podNodeSelector, podTolerationRestriction } from './namespace-scheduling.ts';
import { nodeRestriction } from './node-restriction.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { persistentVolumeClaimResize, storageObjectInUseProtection } from './storage-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

interface Registration {
  readonly name: string;
  /** Whether it runs unless it is switched off. */
  readonly default: boolean;
  create(context: AdmissionContext): AdmissionPlugin;
}

const always = (create: (context: AdmissionContext) => AdmissionPlugin, name: string): Registration => ({ name, default: true, create });
const optional = (create: (context: AdmissionContext) => AdmissionPlugin, name: string): Registration => ({ name, default: false, create });

const ORDERED: readonly Registration[] = [
  always(namespaceLifecycle, 'NamespaceLifecycle'),
  always(limitRanger, 'LimitRanger'),
  always(serviceAccount, 'ServiceAccount'),
  optional(nodeRestriction, 'NodeRestriction'),
  always(taintNodesByCondition, 'TaintNodesByCondition'),
  optional(alwaysPullImages, 'AlwaysPullImages'),
  always(podSecurity, 'PodSecurity'),
  optional(podNodeSelector, 'PodNodeSelector'),
  always(priority, 'Priority'),
  always(defaultTolerationSeconds, 'DefaultTolerationSeconds'),
  optional(podTolerationRestriction, 'PodTolerationRestriction'),
  always(defaultStorageClass, 'DefaultStorageClass'),
  always(storageObjectInUseProtection, 'StorageObjectInUseProtection'),
  optional(ownerReferencesPermissionEnforcement, 'OwnerReferencesPermissionEnforcement'),
  always(persistentVolumeClaimResize, 'PersistentVolumeClaimResize'),
  always(runtimeClass, 'RuntimeClass'),
  always(certificateApproval, 'CertificateApproval'),
  always(certificateSigning, 'CertificateSigning'),
  always(certificateSubjectRestriction, 'CertificateSubjectRestriction'),
  always(defaultIngressClass, 'DefaultIngressClass'),
  optional(denyServiceExternalIps, 'DenyServiceExternalIPs'),
  always(resourceQuota, 'ResourceQuota'),
];

export interface AdmissionSwitches {
  /** As of `--enable-admission-plugins`. */
  readonly enable?: readonly string[];
  /** As of `--disable-admission-plugins`. */
  readonly disable?: readonly string[];
}

/** Throws AppError UNKNOWN_ADMISSION_PLUGIN. */
export function checkSwitches({ enable = [], disable = [] }: AdmissionSwitches): void {
  const unknown = [...enable, ...disable].find((name) => !ORDERED.some((each) => each.name === name));
  if (unknown !== undefined)
    throw new AppError({
      code: 'UNKNOWN_ADMISSION_PLUGIN',
      what: `there is no admission plugin ${unknown}`,
      why: `known are: ${ORDERED.map(({ name }) => name).join(', ')}`,
      next: ['correct the name in enable-admission-plugins or disable-admission-plugins'],
      exitCode: EXIT.usage,
    });
}

/** The plugins that run, in order. Throws AppError UNKNOWN_ADMISSION_PLUGIN. */
export function admissionChain(context: AdmissionContext, switches: AdmissionSwitches = {}): readonly AdmissionPlugin[] {
  checkSwitches(switches);
  const { enable = [], disable = [] } = switches;
  return ORDERED.filter(({ name, default: on }) => (on || enable.includes(name)) && !disable.includes(name)).map(({ create }) => create(context));
}
