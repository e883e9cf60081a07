// What a kustomization changes in all its objects: names, namespaces, labels, annotations, images, replicas. Models kustomize/api/internal/builtins
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { ANNOTATIONS, changedBySpecs, NAMESPACES, REPLICAS, SELECTOR_LABELS, TEMPLATE_LABELS, type FieldSpec } from './field-specs.ts';
import { stringOf, type Resource } from './resource.ts';

const UNNAMED: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : []);

export function setNamespace(resources: readonly Resource[], namespace: string): void {
  for (const resource of resources) {
    resource.remember();
    const { id } = resource;
    if (!resource.isClusterScoped) resource.setMetadata({ ...resource.metadata, namespace });
    if (id.kind === 'RoleBinding' || id.kind === 'ClusterRoleBinding') {
      const subjects = objectsIn(resource.object['subjects']);
      if (subjects.length)
        resource.object = { ...resource.object, subjects: subjects.map((each) => (each['name'] === 'default' ? { ...each, namespace } : each)) };
    }
    const specs = NAMESPACES.filter(({ path }) => path !== 'metadata/name' || (id.group === '' && id.version === 'v1'));
    resource.object = changedBySpecs(resource.object, id, specs, () => namespace);
  }
}

export function addAffix(resources: readonly Resource[], affix: string, where: 'prefix' | 'suffix'): void {
  for (const resource of resources) {
    if (UNNAMED.has(resource.id.kind)) continue;
    resource.remember();
    if (where === 'prefix') resource.prefixes = [...resource.prefixes, affix];
    else resource.suffixes = [...resource.suffixes, affix];
    const { name } = resource.id;
    resource.setMetadata({ ...resource.metadata, name: where === 'prefix' ? `${affix}${name}` : `${name}${affix}` });
  }
}

function addPairs(resources: readonly Resource[], pairs: JsonObject, specs: readonly FieldSpec[]): void {
  if (!Object.keys(pairs).length) return;
  const texts = Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, String(value)]));
  for (const resource of resources)
    resource.object = changedBySpecs(resource.object, resource.id, specs, (value) => ({ ...(isJsonObject(value) ? value : {}), ...texts }));
}

export function addLabels(resources: readonly Resource[], kustomization: JsonObject): void {
  for (const entry of objectsIn(kustomization['labels'])) {
    const own = objectsIn(entry['fields']).map((each) => each as unknown as FieldSpec);
    if (entry['includeSelectors'] === true && entry['includeTemplates'] === true)
      throw new CommandError('cannot both specify includeTemplates and includeSelectors');
    const specs = entry['includeSelectors'] === true ? SELECTOR_LABELS : entry['includeTemplates'] === true ? TEMPLATE_LABELS : TEMPLATE_LABELS.slice(0, 1);
    addPairs(resources, objectOf(entry['pairs']), [...own, ...specs]);
  }
  addPairs(resources, objectOf(kustomization['commonLabels']), SELECTOR_LABELS);
}

export const addAnnotations = (resources: readonly Resource[], annotations: JsonValue | undefined): void =>
  addPairs(resources, objectOf(annotations), ANNOTATIONS);

export function setReplicas(resources: readonly Resource[], replicas: JsonValue | undefined): void {
  for (const { name, count } of objectsIn(replicas)) {
    let found = false;
    for (const resource of resources) {
      if (!resource.ids.some((id) => id.name === name) || !REPLICAS.some(({ kind }) => kind === resource.id.kind)) continue;
      found = true;
      resource.object = changedBySpecs(resource.object, resource.id, REPLICAS, () => count ?? 0);
    }
    if (!found)
      throw new CommandError(
        `resource with name ${stringOf(name)} does not match a config with the following GVK [Deployment.[noVer].[noGrp] ReplicationController.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]`,
      );
  }
}

/** In every list of containers, wherever it stands. */
export function setImages(resources: readonly Resource[], images: JsonValue | undefined): void {
  for (const image of objectsIn(images))
    for (const resource of resources) if (resource.id.kind !== 'CustomResourceDefinition') resource.object = withImages(resource.object, image) as JsonObject;
}

function withImages(value: JsonValue, image: JsonObject): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => withImages(each, image));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      (key === 'containers' || key === 'initContainers') && Array.isArray(each)
        ? (each as readonly JsonValue[]).map((container) =>
            isJsonObject(container) && typeof container['image'] === 'string' ? { ...container, image: renamed(container['image'], image) } : container,
          )
        : withImages(each ?? null, image),
    ]),
  );
}

/** Models kustomize/api/internal/image */
function renamed(reference: string, { name, newName, newTag, digest, tagSuffix }: JsonObject): string {
  const pattern = new RegExp(`^${stringOf(name)}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  if (!pattern.test(reference)) return reference;
  const at = reference.indexOf('@');
  const plain = at < 0 ? reference : reference.slice(0, at);
  const colon = plain.indexOf(':', plain.lastIndexOf('/') + 1);
  const base = stringOf(newName) || (colon < 0 ? plain : plain.slice(0, colon));
  const tag = colon < 0 ? '' : plain.slice(colon + 1);
  const oldDigest = at < 0 ? '' : reference.slice(at + 1);
  const text = (value: JsonValue | undefined): string => (value === undefined || value === null ? '' : String(value));
  if (text(newTag) && text(digest)) return `${base}:${text(newTag)}@${text(digest)}`;
  if (text(newTag)) return `${base}:${text(newTag)}`;
  if (text(tagSuffix)) return `${base}:${tag}${text(tagSuffix)}`;
  if (text(digest)) return `${base}@${text(digest)}`;
  return `${base}${tag ? `:${tag}` : ''}${oldDigest ? `@${oldDigest}` : ''}`;
}
