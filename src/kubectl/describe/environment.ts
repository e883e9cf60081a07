// The environment of a container, as far as it is known without running it. Models DescribeContainers of kubectl/pkg/describe and pkg/util/fieldpath
import type { Container, EnvVar, EnvVarSource, Pod, ResourceFieldSelector } from '../../kube/api/core-v1.ts';
import { millisOf, quantityOf, unitsOf } from '../../kube/machinery/quantity.ts';
import { NONE } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** The value of a field; kubectl knows two of them. */
function fieldValue({ metadata }: Pod, path: string): string {
  if (path === 'metadata.name') return metadata.name ?? '';
  return path === 'metadata.namespace' ? (metadata.namespace ?? '') : '';
}

/** In units of the divisor, rounded up; empty for what is no resource of a container. */
function resourceValue({ resource, divisor }: ResourceFieldSelector, { resources = {} }: Container): string {
  const [, from = '', name = ''] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  if (name === '') return '';
  const amount = quantityOf((from === 'limits' ? resources.limits : resources.requests)?.[name]);
  const unit = quantityOf(divisor);
  const by = unit.nanos === 0n ? quantityOf('1') : unit;
  const size = name === 'cpu' ? millisOf : unitsOf;
  const value = String(Math.ceil(size(amount) / size(by)));
  return value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory') ? 'node allocatable' : value;
}

type Source = keyof EnvVarSource;
/** What stands behind the name, by where it comes from; the first that is set counts. */
const SOURCES: { readonly [K in Source]?: (source: NonNullable<EnvVarSource[K]>, container: Container, pod: Pod | undefined) => string } = {
  fieldRef: ({ apiVersion = '', fieldPath }, _container, pod) => `${pod ? fieldValue(pod, fieldPath) : ''} (${apiVersion}:${fieldPath})`,
  resourceFieldRef: (source, container) => `${resourceValue(source, container)} (${source.resource})`,
  secretKeyRef: ({ key, name = '', optional = false }) => `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`,
  configMapKeyRef: ({ key, name = '', optional = false }) => `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`,
};

function writeVariable(w: DescribeWriter, { name, value = '', valueFrom }: EnvVar, container: Container, pod: Pod | undefined): void {
  if (!valueFrom) {
    const [first = '', ...more] = value.split('\n');
    w.field(3, name, first);
    for (const line of more) w.line(3, `\t${line}`);
    return;
  }
  const source = (Object.keys(SOURCES) as Source[]).find((key) => valueFrom[key]);
  const textOf = source && (SOURCES[source] as (from: unknown, container: Container, pod: Pod | undefined) => string);
  if (source && textOf) w.field(3, name, textOf(valueFrom[source], container, pod));
}

/** Fields are looked up in `pod`, where there is one. */
export function writeEnvironment(w: DescribeWriter, container: Container, pod: Pod | undefined): void {
  const { env = [], envFrom = [] } = container;
  if (envFrom.length) {
    w.line(2, 'Environment Variables from:');
    for (const { configMapRef, secretRef, prefix } of envFrom) {
      const kind = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
      const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
      w.line(3, `${name}\t${kind}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${optional}`);
    }
  }
  w.line(2, `Environment:${env.length ? '' : `\t${NONE}`}`);
  for (const variable of env) writeVariable(w, variable, container, pod);
}
