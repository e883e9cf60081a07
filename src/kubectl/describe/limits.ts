// kubectl describe namespace, resourcequota and limitrange
import type { LimitRange, Namespace, ResourceQuota } from '../../kube/api/core-v1.ts';
import { limitRanges, namespaces, resourceQuotas } from '../../kube/api/resources.ts';
import { canonicalQuantity, formatQuantity, quantityOf, unitsOf } from '../../kube/machinery/quantity.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import type { KubeObject, ResourceRef } from '../../kube/machinery/object.ts';
import { by } from './containers.ts';
import { describerOf, type DescribeMeans, type Describer } from './describer.ts';
import { writeLabelsAndAnnotations } from './metadata.ts';
import { longTime } from './times.ts';
import { DescribeWriter } from './writer.ts';

const LIMIT_COLUMNS = ['Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio'];
const LIMIT_LINES = ['--------', '---', '---', '---------------', '-------------', '-----------------------'];

function writeLimits(w: DescribeWriter, { spec }: LimitRange, indent: string): void {
  for (const { type, min, max, default: limit, defaultRequest, maxLimitRequestRatio } of spec?.limits ?? []) {
    const columns = [min, max, defaultRequest, limit, maxLimitRequestRatio];
    const names = [...new Set(columns.flatMap((amounts = {}) => Object.keys(amounts)))].sort();
    for (const name of names) {
      const cells = columns.map((amounts) => (amounts?.[name] === undefined ? '-' : canonicalQuantity(amounts[name])));
      w.row(0, [`${indent}${type}`, name, ...cells]);
    }
  }
}

export const limitRange = describerOf(
  limitRanges,
  (w, object) => {
    w.field(0, 'Name', object.metadata.name ?? '');
    w.field(0, 'Namespace', object.metadata.namespace ?? '');
    w.row(0, ['Type', ...LIMIT_COLUMNS]);
    w.row(0, ['----', ...LIMIT_LINES]);
    writeLimits(w, object, '');
  },
  { withEvents: false },
);

const SCOPES: Readonly<Record<string, string>> = {
  Terminating: 'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function writeScopes(w: DescribeWriter, level: number, { spec }: ResourceQuota, bullet: string): void {
  const scopes = [...(spec?.scopes ?? [])].sort();
  if (!scopes.length) return;
  w.field(level, 'Scopes', scopes.join(', '));
  for (const scope of scopes) if (SCOPES[scope]) w.line(level, `${bullet} ${SCOPES[scope]}`);
}

/** In the suffixes of the limit, where they are of another kind. */
function usedText(used: string | undefined, hard: string): string {
  const amount = quantityOf(used);
  const { format } = quantityOf(hard);
  return formatQuantity(used !== undefined && amount.format === format ? amount : { nanos: BigInt(unitsOf(amount)) * 1_000_000_000n, format });
}

export const resourceQuota = describerOf(
  resourceQuotas,
  (w, quota) => {
    const { hard = {}, used = {} } = quota.status ?? {};
    w.field(0, 'Name', quota.metadata.name ?? '');
    w.field(0, 'Namespace', quota.metadata.namespace ?? '');
    writeScopes(w, 0, quota, ' *');
    w.row(0, ['Resource', 'Used', 'Hard']);
    w.row(0, ['--------', '----', '----']);
    for (const name of Object.keys(hard).sort()) w.row(0, [name, usedText(used[name], hard[name] ?? '0'), canonicalQuantity(hard[name] ?? '0')]);
  },
  { withEvents: false },
);

/** Undefined from a server that has no such resource. */
const listOrNothing = <T extends KubeObject>(resource: ResourceRef<T>, namespace: string, means: DescribeMeans): Promise<T[] | undefined> =>
  means.list(resource, namespace).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });

export const namespace: Describer = async ({ name }, means) => {
  const object = await means.get(namespaces, { namespace: '', name });
  const quotas = await listOrNothing(resourceQuotas, name, means);
  const limits = await listOrNothing(limitRanges, name, means);
  const w = new DescribeWriter();
  writeNamespace(w, object);
  if (quotas) writeQuotas(w, quotas);
  if (limits) writeLimitRanges(w, limits);
  return w.text;
};

function writeNamespace(w: DescribeWriter, { metadata, status = {} }: Namespace): void {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Status', status.phase ?? '');
  if (!status.conditions?.length) return;
  w.line(0, 'Conditions:');
  w.row(1, ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message']);
  w.row(1, ['----', '------', '------------------', '------', '-------']);
  for (const { type, status: value, lastTransitionTime, reason = '', message = '' } of status.conditions)
    w.row(1, [type, value, longTime(lastTransitionTime), reason, message]);
}

function writeQuotas(w: DescribeWriter, quotas: readonly ResourceQuota[]): void {
  w.line(0, '');
  w.line(0, quotas.length ? 'Resource Quotas' : 'No resource quota.');
  for (const quota of [...quotas].sort(by(({ metadata }) => metadata.name ?? ''))) {
    const { hard = {}, used = {} } = quota.status ?? {};
    w.field(1, 'Name', quota.metadata.name ?? '');
    writeScopes(w, 1, quota, '*');
    w.row(1, ['Resource', 'Used', 'Hard']);
    w.row(1, ['--------', '---', '---']);
    for (const name of Object.keys(hard).sort()) w.row(1, [name, canonicalQuantity(used[name] ?? '0'), canonicalQuantity(hard[name] ?? '0')]);
  }
}

function writeLimitRanges(w: DescribeWriter, limits: readonly LimitRange[]): void {
  w.line(0, '');
  if (!limits.length) {
    w.line(0, 'No LimitRange resource.');
    return;
  }
  w.line(0, 'Resource Limits');
  w.row(0, [' Type', ...LIMIT_COLUMNS]);
  w.row(0, [' ----', ...LIMIT_LINES]);
  for (const each of limits) writeLimits(w, each, ' ');
}
