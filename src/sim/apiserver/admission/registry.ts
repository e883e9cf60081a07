// Every admission plugin there is, in the order in which they run, and which of them run. Models kubernetes/pkg/kubeapiserver/options/plugins.go
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { alwaysAdmit, alwaysDeny } from './always.ts';
import { limitPodHardAntiAffinityTopology } from './anti-affinity-topology.ts';
import { extendedResourceToleration } from './extended-resource-toleration.ts';
import { namespaceAutoProvision, namespaceExists } from './namespace-provision.ts';
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
  optional(alwaysAdmit, 'AlwaysAdmit'),
  optional(namespaceAutoProvision, 'NamespaceAutoProvision'),
  always(namespaceLifecycle, 'NamespaceLifecycle'),
  optional(namespaceExists, 'NamespaceExists'),
  optional(limitPodHardAntiAffinityTopology, 'LimitPodHardAntiAffinityTopology'),
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
  optional(extendedResourceToleration, 'ExtendedResourceToleration'),
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
  optional(alwaysDeny, 'AlwaysDeny'),
];

/** Upstream's that are not here, each with the reason. Switching them off changes nothing, and is fine. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  EventRateLimit: 'it needs a file of limits (--admission-control-config-file), which the simulated server does not read',
  ImagePolicyWebhook: 'it needs a file that names its webhook (--admission-control-config-file), which the simulated server does not read',
  ClusterTrustBundleAttest: 'cluster trust bundles are not served',
  PodTopologyLabels: 'bindings do not copy labels of nodes',
  NodeDeclaredFeatureValidator: 'nodes declare no features',
  MutatingAdmissionPolicy: 'policies are stored but not evaluated',
  MutatingAdmissionWebhook: 'webhooks are stored but not called',
  ValidatingAdmissionPolicy: 'policies are stored but not evaluated',
  ValidatingAdmissionWebhook: 'webhooks are stored but not called',
};

export interface AdmissionSwitches {
  /** As of `--enable-admission-plugins`. */
  readonly enable?: readonly string[];
  /** As of `--disable-admission-plugins`. */
  readonly disable?: readonly string[];
}

const isUnsupported = (name: string): boolean => Object.hasOwn(UNSUPPORTED, name);

/** Throws AppError UNKNOWN_ADMISSION_PLUGIN or UNSUPPORTED_ADMISSION_PLUGIN. */
export function checkSwitches({ enable = [], disable = [] }: AdmissionSwitches): void {
  const absent = enable.find(isUnsupported);
  if (absent !== undefined)
    throw new AppError({
      code: 'UNSUPPORTED_ADMISSION_PLUGIN',
      what: `the simulated API server does not have the admission plugin ${absent}`,
      why: UNSUPPORTED[absent] ?? '',
      next: ['leave the name out of enable-admission-plugins, or use a real cluster'],
      exitCode: EXIT.usage,
    });
  const unknown = [...enable, ...disable].find((name) => !isUnsupported(name) && !ORDERED.some((each) => each.name === name));
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
