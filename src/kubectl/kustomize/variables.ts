// vars: $(NAME) in commands, arguments and variables of containers stands for a field of an object. Deprecated in favour of replacements. Models kustomize/api/internal/accumulator/refvartransformer.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { changedAt, isFor, POD_SPECS, splitPath, type FieldSpec } from './field-specs.ts';
import { splitFieldPath } from './replacements.ts';
import { idText, stringOf, type Resource } from './resource.ts';

const PATHS: readonly FieldSpec[] = [
  ...POD_SPECS.flatMap((spec) =>
    ['containers', 'initContainers'].flatMap((list) =>
      ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((path) => ({ ...spec, path: `${spec.path}/${list}/${path}` })),
    ),
  ),
  { kind: 'Deployment', path: 'spec/template/metadata/annotations' },
  { kind: 'Ingress', path: 'spec/rules/host' },
  { kind: 'Ingress', path: 'spec/tls/hosts' },
  { kind: 'Ingress', path: 'spec/tls/secretName' },
  { kind: 'Service', path: 'spec/loadBalancerIP' },
  { path: 'metadata/labels' },
  { path: 'metadata/annotations' },
];

export function resolveVariables(resources: readonly Resource[], vars: readonly JsonObject[]): void {
  if (!vars.length) return;
  const values = new Map(vars.map((each) => [stringOf(each['name']), valueOf(resources, each)]));
  const expand = (value: JsonValue | undefined): JsonValue | undefined => {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => expand(each) ?? each);
    if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expand(each) ?? null]));
    if (typeof value !== 'string') return value;
    const whole = /^\$\(([^)]+)\)$/.exec(value)?.[1];
    if (whole !== undefined && values.has(whole)) return values.get(whole);
    return value.replaceAll(/\$\$|\$\(([^)]+)\)/g, (text, name: string | undefined) =>
      name !== undefined && values.has(name) ? String(values.get(name)) : text,
    );
  };
  for (const resource of resources)
    for (const spec of PATHS.filter((each) => isFor(each, resource.id)))
      resource.object = (changedAt(resource.object, splitPath(spec.path), expand) ?? resource.object) as JsonObject;
}

function valueOf(resources: readonly Resource[], { name, objref, fieldref }: JsonObject): JsonValue {
  const reference = isJsonObject(objref) ? objref : {};
  const apiVersion = stringOf(reference['apiVersion']);
  const found = resources.find((each) =>
    each.ids.some(
      (id) =>
        id.kind === reference['kind'] && id.name === reference['name'] && (!apiVersion || `${id.group ? `${id.group}/` : ''}${id.version}` === apiVersion),
    ),
  );
  if (!found) throw new CommandError(`var '${stringOf(name)}' cannot be mapped to a field in the set of known resources`);
  const path = isJsonObject(fieldref) ? stringOf(fieldref['fieldPath'] ?? fieldref['fieldpath']) || 'metadata.name' : 'metadata.name';
  const value = splitFieldPath(path).reduce<JsonValue | undefined>(
    (at, part) => (isJsonObject(at) ? at[part] : Array.isArray(at) ? (at as readonly JsonValue[])[Number(part.replaceAll(/[[\]]/g, ''))] : undefined),
    found.object,
  );
  if (value === undefined) throw new CommandError(`field specified in var '${stringOf(name)}' not found in corresponding resource: ${idText(found.id)}`);
  return value;
}
