// What an object uses of a quota, and which quotas it counts against. Models kubernetes/staging/src/k8s.io/apiserver/pkg/quota/v1 and pkg/quota/v1/evaluator/core
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../api/core-v1.ts';
import type { KubeObject } from '../object.ts';
import { compareQuantity, ZERO, type Quantity } from '../quantity.ts';
import { claimEvaluator } from './claims.ts';
import { podEvaluator } from './pods.ts';
import { resourceClaimEvaluator, serviceEvaluator } from './services.ts';

export type Amounts = Readonly<Record<string, Quantity>>;

export interface QuotaEvaluator {
  /** Which of the resources of a quota objects of this kind use. */
  matching(names: readonly string[]): string[];
  usage(object: KubeObject, now: number): Amounts;
  inScope(scope: ScopedResourceSelectorRequirement, object: KubeObject): boolean;
  /** What the object has to say where those resources are bounded, and does not. */
  missing?(names: readonly string[], object: KubeObject): string | undefined;
  /** Whether an update can change what is used. */
  handlesUpdate?(subresource: string, object: KubeObject, old: KubeObject): boolean;
}

/** Counted under these names before there was `count/`. */
const ALIASES: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
};
const ONE: Quantity = { nanos: 1_000_000_000n, format: 'DecimalSI' };

function countEvaluator(groupResource: string): QuotaEvaluator {
  const alias = ALIASES[groupResource];
  const names = [`count/${groupResource}`, ...(alias ? [alias] : [])];
  return {
    matching: (asked) => asked.filter((each) => names.includes(each)),
    usage: () => Object.fromEntries(names.map((each) => [each, ONE])),
    inScope: () => false,
  };
}

const OWN: Readonly<Record<string, QuotaEvaluator>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: claimEvaluator,
  'resourceclaims.resource.k8s.io': resourceClaimEvaluator,
};

/** `deployments.apps`: kinds without rules of their own are counted. */
export const quotaEvaluatorOf = (groupResource: string): QuotaEvaluator => OWN[groupResource] ?? countEvaluator(groupResource);

/** The scopes of a quota in their long form. */
export const scopesOf = ({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] => [
  ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' as const })),
  ...(spec.scopeSelector?.matchExpressions ?? []),
];

/** Whether the object counts against a quota that bounds these resources. */
export const quotaMatches = (evaluator: QuotaEvaluator, quota: ResourceQuota, hard: readonly string[], object: KubeObject): boolean =>
  evaluator.matching(hard).length > 0 && scopesOf(quota).every((scope) => evaluator.inScope(scope, object));

export const masked = (amounts: Amounts, names: readonly string[]): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => names.includes(name)));
export const withoutZeros = (amounts: Amounts): Amounts => Object.fromEntries(Object.entries(amounts).filter(([, { nanos }]) => nanos !== 0n));
/** What is used more than before, never less than nothing. */
export const increase = (next: Amounts, old: Amounts): Amounts =>
  Object.fromEntries(
    Object.entries(next).map(([name, amount]) => {
      const nanos = amount.nanos - (old[name]?.nanos ?? 0n);
      return [name, nanos > 0n ? { ...amount, nanos } : ZERO];
    }),
  );
/** Names of which there is more than allowed. */
export const exceeding = (amounts: Amounts, bounds: Amounts): string[] =>
  Object.keys(amounts).filter((name) => bounds[name] && compareQuantity(amounts[name] as Quantity, bounds[name]) > 0);
