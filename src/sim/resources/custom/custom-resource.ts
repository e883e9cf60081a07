// The resources that a CustomResourceDefinition stands for: one for each version it serves. Models apiextensions-apiserver/pkg/registry/customresource
import { keepMetadata } from '../status-metadata.ts';
import { createHash } from 'node:crypto';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../../kube/api/apiextensions-v1.ts';
import { compareApiVersions } from '../../../kube/machinery/api-version.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { unsupported } from '../../../kube/machinery/status-error.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { humanAge } from '../../../kube/machinery/human-duration.ts';
import { age } from '../cells.ts';
import type { AnyResource, Cell, Kind, ScaleFields, SubresourceStrategy } from '../descriptor.ts';
import type { ColumnFact, ResourceFacts, SubresourceFacts, Verb } from '../facts.ts';
import { CustomCodec } from './custom-codec.ts';
import { ruleWarnings, validateCustomResource, validateCustomStatus } from './custom-validation.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import { find } from './json-path.ts';

const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const UPDATING: readonly Verb[] = ['get', 'patch', 'update'];
const HASH_BYTES = 8;

/** Those that are served, the one that is stored first in the chain of hubs. Nothing while the names are not accepted. */
export function customResourcesOf(crd: CustomResourceDefinition): readonly AnyResource[] {
  const { versions } = crd.spec;
  const storage = versions.find((each) => each.storage);
  if (!storage) return [];
  const stored = customResource(crd, storage, undefined);
  return versions.filter(({ served }) => served).map((version) => (version === storage ? stored : customResource(crd, version, stored)));
}

function customResource(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion, hub: AnyResource | undefined): AnyResource {
  const { group, scope, preserveUnknownFields = false } = crd.spec;
  const { acceptedNames: names } = crd.status;
  const groupVersion = `${group}/${version.name}`;
  const codec = new CustomCodec(version.schema?.openAPIV3Schema, preserveUnknownFields);
  const schema = `${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`;
  return {
    group,
    version: version.name,
    resource: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
    groupVersion,
    facts: factsOf(crd, version, schema),
    schema,
    listKind: names.listKind,
    codec,
    openApi: version.schema?.openAPIV3Schema as unknown as JsonObject | undefined,
    shelf: `${names.plural}.${group}`,
    kindRules: {
      ...strategyOf(crd, version),
      ...(hub
        ? {
            hub: {
              resource: hub,
              ownStrategy: true,
              // What a webhook would convert, nobody converts here.
              toHub: (object) => {
                refuseConversion(crd, groupVersion);
                return { ...object, apiVersion: hub.groupVersion };
              },
              fromHub: (object) => {
                refuseConversion(crd, groupVersion);
                return codec.shown({ ...object, apiVersion: groupVersion } as unknown as JsonObject) as unknown as KubeObject;
              },
            },
          }
        : {}),
    },
  };
}

function refuseConversion({ spec }: CustomResourceDefinition, groupVersion: string): void {
  if (spec.conversion?.strategy === 'Webhook') throw unsupported(`conversion of ${spec.names.plural} to ${groupVersion} by webhook`);
}

function factsOf({ spec, status }: CustomResourceDefinition, version: CustomResourceDefinitionVersion, schema: string): ResourceFacts {
  const { acceptedNames: names } = status;
  const hash = createHash('sha256').update(`${spec.group}/${version.name}/${names.kind}`).digest().subarray(0, HASH_BYTES).toString('base64');
  const subresources: Record<string, SubresourceFacts> = {};
  if (version.subresources?.status) subresources['status'] = { kind: names.kind, verbs: UPDATING };
  if (version.subresources?.scale) subresources['scale'] = { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: UPDATING };
  return {
    kind: names.kind,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    verbs: VERBS,
    ...(names.shortNames?.length ? { shortNames: names.shortNames } : {}),
    ...(names.categories?.length ? { categories: names.categories } : {}),
    storageVersionHash: hash,
    schema,
    columns: columnsOf(version),
    ...(Object.keys(subresources).length ? { subresources } : {}),
  };
}

const NAME: ColumnFact = ['Name', 'string', 'name', 0];
function columnsOf({ additionalPrinterColumns }: CustomResourceDefinitionVersion): readonly ColumnFact[] {
  if (!additionalPrinterColumns?.length) return [NAME, ['Age', 'date', '', 0]];
  return [NAME, ...additionalPrinterColumns.map(({ name, type, format = '', priority = 0 }): ColumnFact => [name, type, format, priority])];
}

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

function strategyOf({ spec, status }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): Kind<KubeObject> {
  const { subresources, schema, selectableFields = [], additionalPrinterColumns = [], deprecated, deprecationWarning } = version;
  const scale = subresources?.scale;
  const custom = { schema: schema?.openAPIV3Schema, scale };
  const warningsOnUpdate = (object: KubeObject, old: KubeObject): string[] => [
    ...finalizerWarnings(object.metadata.finalizers, old.metadata.finalizers),
    ...ruleWarnings(asJson(object), custom.schema, asJson(old)),
  ];
  const statusStrategy: SubresourceStrategy<KubeObject> = {
    prepareForUpdate(draft, old) {
      // Of metadata only the books are the client's here.
      keepMetadata(draft, old);
    },
    validateUpdate: (object, old) => validateCustomStatus(asJson(object), custom, asJson(old)),
    warningsOnUpdate,
  };
  return {
    generation: subresources?.status ? true : 'with status',
    unconditionalUpdate: false,
    bareFinalizers: true,
    warningsOnCreate: ({ metadata }) => finalizerWarnings(metadata.finalizers),
    validate: (object) => validateCustomResource(asJson(object), custom),
    validateUpdate: (object, old) => validateCustomResource(asJson(object), custom, asJson(old)),
    warningsOnUpdate,
    ...(subresources?.status ? { subresources: { status: statusStrategy } } : {}),
    ...(scale ? { scale: scaleFields(scale) } : {}),
    ...(deprecated ? { deprecated: deprecationWarning ?? deprecationOf(spec.group, version, spec.versions, status.acceptedNames.kind) } : {}),
    selectableFields: Object.fromEntries(
      selectableFields.map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), (object: KubeObject) => textAt(object, jsonPath)]),
    ),
    row: (object, { now }) => [
      object.metadata.name ?? '',
      ...(additionalPrinterColumns.length ? additionalPrinterColumns.map(({ type, jsonPath }) => cell(object, type, jsonPath, now)) : [age(object, now)]),
    ],
  };
}

/** Names the newest version that is not deprecated itself, if there is one. */
function deprecationOf(group: string, { name }: CustomResourceDefinitionVersion, versions: readonly CustomResourceDefinitionVersion[], kind: string): string {
  const better = versions.find((each) => each.served && !each.deprecated && compareApiVersions(name, each.name) > 0);
  return `${group}/${name} ${kind} is deprecated${better ? `; use ${group}/${better.name} ${kind}` : ''}`;
}
function textAt(object: KubeObject, path: string): string {
  const value = find(asJson(object), path)[0];
  return value === undefined ? '' : String(value);
}

/** What a column shows; nothing where the value is absent or of another type. */
function cell(object: KubeObject, type: string, path: string, now: number): Cell {
  const value: JsonValue | undefined = find(asJson(object), path)[0];
  if (value === undefined) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' ? (value as unknown as number) : typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? (Number.isNaN(Date.parse(value)) ? '<invalid>' : humanAge(value, now)) : null;
    default:
      // Of several only the first is shown.
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

interface ScaleSpec {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}
function scaleFields({ specReplicasPath, statusReplicasPath, labelSelectorPath }: ScaleSpec): ScaleFields<KubeObject> {
  const number = (object: KubeObject, path: string): number => Number(find(asJson(object), path)[0] ?? 0);
  return {
    specReplicas: (object) => number(object, specReplicasPath),
    statusReplicas: (object) => number(object, statusReplicasPath),
    isUnchecked: true,
    missing: (object) =>
      find(asJson(object), specReplicasPath).length ? undefined : `the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`,
    selector: (object) => (labelSelectorPath ? textAt(object, labelSelectorPath) : ''),
    replicasPath: specReplicasPath.split('.').slice(1),
    setReplicas(draft, replicas) {
      const names = specReplicasPath.split('.').slice(1);
      let at = draft as unknown as Record<string, unknown>;
      for (const name of names.slice(0, -1)) at = (isJsonObject(at[name]) ? at[name] : (at[name] = {})) as Record<string, unknown>;
      at[names.at(-1) ?? ''] = replicas;
    },
  };
}
