// Every admission plugin there is, in the order in which they run, and which of them run. Models kubernetes/pkg/kubeapiserver/options/plugins.go
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccount } from './service-account.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

interface Registration {
  readonly name: string;
  /** Whether it runs unless it is switched off. */
  readonly default: boolean;
  create(context: AdmissionContext): AdmissionPlugin;
}

const always = (create: (context: AdmissionContext) => AdmissionPlugin, name: string): Registration => ({ name, default: true, create });

const ORDERED: readonly Registration[] = [
  always(namespaceLifecycle, 'NamespaceLifecycle'),
  always(limitRanger, 'LimitRanger'),
  always(serviceAccount, 'ServiceAccount'),
  always(taintNodesByCondition, 'TaintNodesByCondition'),
  always(podSecurity, 'PodSecurity'),
  always(priority, 'Priority'),
  always(defaultTolerationSeconds, 'DefaultTolerationSeconds'),
  always(resourceQuota, 'ResourceQuota'),
];

export interface AdmissionSwitches {
  /** As of `--enable-admission-plugins`. */
  readonly enable?: readonly string[];
  /** As of `--disable-admission-plugins`. */
  readonly disable?: readonly string[];
}

/** The plugins that run, in order. Throws AppError UNKNOWN_ADMISSION_PLUGIN. */
export function admissionChain(context: AdmissionContext, { enable = [], disable = [] }: AdmissionSwitches = {}): readonly AdmissionPlugin[] {
  const unknown = [...enable, ...disable].find((name) => !ORDERED.some((each) => each.name === name));
  if (unknown !== undefined)
    throw new AppError({
      code: 'UNKNOWN_ADMISSION_PLUGIN',
      what: `there is no admission plugin ${unknown}`,
      why: `known are: ${ORDERED.map(({ name }) => name).join(', ')}`,
      next: ['correct the name in enable-admission-plugins or disable-admission-plugins'],
      exitCode: EXIT.usage,
    });
  return ORDERED.filter(({ name, default: on }) => (on || enable.includes(name)) && !disable.includes(name)).map(({ create }) => create(context));
}
