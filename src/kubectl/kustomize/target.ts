// A kustomization made into its objects: what it names, what it generates, what it changes. Models kustomize/api/internal/target/kusttarget.go
import { messageOf } from '../../errors/app-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { documentsIn } from '../resources/documents.ts';
import { isList } from '../resources/info.ts';
import { generated, hashedName } from './generators.ts';
import { isRemote, type Folder } from './loading.ts';
import { applyPatches, applyStrategicPatches } from './patches.ts';
import { fixReferences } from './references.ts';
import { replace } from './replacements.ts';
import { idText, Resource, sameId, stringOf, type Identity } from './resource.ts';
import { addAffix, addAnnotations, addLabels, setImages, setNamespace, setReplicas } from './transformers.ts';
import { resolveVariables } from './variables.ts';

const FIX = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const warned = (field: string, instead: string, fix = FIX): string => `# Warning: '${field}' is deprecated. Please use '${instead}' instead. ${fix}\n`;
const WARNINGS: Readonly<Record<string, string>> = {
  bases: warned('bases', 'resources'),
  commonLabels: warned('commonLabels', 'labels'),
  imageTags: warned('imageTags', 'images'),
  patchesJson6902: warned('patchesJson6902', 'patches'),
  patchesStrategicMerge: warned('patchesStrategicMerge', 'patches'),
  vars: warned('vars', 'replacements', `[EXPERIMENTAL] ${FIX}`),
};
const FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(WARNINGS),
  'apiVersion',
  'kind',
  'metadata',
  'openapi',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'labels',
  'commonAnnotations',
  'patches',
  'images',
  'replacements',
  'replicas',
  'sortOptions',
  'resources',
  'components',
  'crds',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'helmCharts',
  'helmGlobals',
  'helmChartInflationGenerator',
  'buildMetadata',
  'inventory',
]);
/** Would have to run or fetch something else, or follow rules of one's own. */
const UNSUPPORTED = [
  'generators',
  'transformers',
  'validators',
  'helmCharts',
  'helmGlobals',
  'helmChartInflationGenerator',
  'configurations',
  'buildMetadata',
  'openapi',
  'crds',
];

type Means = Pick<Ports, 'env' | 'stderr'>;
const textsIn = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : []);

/** A file that is there and holds no objects. */
class MalformedFile extends CommandError {}

function documentsOf(text: string, path: string): readonly JsonObject[] {
  try {
    return [...documentsIn(text, path, false)];
  } catch (error) {
    const yaml = /error converting YAML to JSON: (yaml: .*)$/s.exec(messageOf(error))?.[1];
    throw new MalformedFile(yaml === undefined ? messageOf(error) : `MalformedYAMLError: ${yaml} in File: ${path}`);
  }
}

/** What was gathered so far; components change what others have brought. */
interface Gathered {
  resources: readonly Resource[];
  vars: readonly JsonObject[];
}

export class Target {
  readonly #folder: Folder;
  readonly #means: Means;
  readonly kustomization: JsonObject;

  static async in(folder: Folder, means: Means): Promise<Target> {
    const kustomization = await folder.kustomization();
    const unknown = Object.keys(kustomization).find((field) => !FIELDS.has(field));
    if (unknown !== undefined) throw new CommandError(`invalid Kustomization: json: unknown field "${unknown}"`);
    for (const [field, warning] of Object.entries(WARNINGS))
      if (textsIn(kustomization[field]).length || isFilled(kustomization[field])) means.stderr.write(warning);
    const odd = UNSUPPORTED.find((field) => isFilled(kustomization[field]));
    if (odd !== undefined) throw new CommandError(`the field ${odd} of a kustomization is not supported by this kubectl`);
    return new Target(folder, means, kustomization);
  }

  private constructor(folder: Folder, means: Means, kustomization: JsonObject) {
    this.#folder = folder;
    this.#means = means;
    this.kustomization = kustomization;
  }

  /** The finished objects, in the order in which they were found. */
  async build(): Promise<readonly Resource[]> {
    const { resources, vars } = await this.#gather({ resources: [], vars: [] });
    for (const resource of resources)
      if (resource.generated?.hasHash) {
        resource.remember();
        resource.setMetadata({ ...resource.metadata, name: await hashedName(resource) });
      }
    fixReferences(resources);
    resolveVariables(resources, vars);
    return resources;
  }

  async #gather(before: Gathered): Promise<Gathered> {
    const all: Gathered = { ...before };
    const { kustomization } = this;
    for (const path of [...textsIn(kustomization['resources']), ...textsIn(kustomization['bases'])])
      await this.#addResource(all, path).catch((error: unknown) => {
        throw prefixed('accumulating resources', error);
      });
    await this.#generate(all);
    for (const path of textsIn(kustomization['components']))
      await this.#addComponent(all, path).catch((error: unknown) => {
        throw new CommandError(`accumulating components: accumulateDirectory: ${goQuote(messageOf(error))}`);
      });
    await this.#transform(all);
    all.vars = [...all.vars, ...objectsIn(kustomization['vars'])];
    return all;
  }

  /** A file; where it is none, a folder. */
  async #addResource(all: Gathered, path: string): Promise<void> {
    if (isRemote(path)) throw new CommandError(`remote resource '${path}' is not supported by this kubectl: keep a copy beside the kustomization`);
    let failed: Error;
    try {
      const text = await this.#folder.text(path);
      const found = objectsIn(documentsOf(text, path))
        .flatMap((each) => (isList(each) ? each.items : [each]))
        .map((each) => new Resource(each));
      this.#append(all, found, `merging resources from '${path}'`);
      return;
    } catch (error) {
      failed = error as Error;
    }
    const why = failed.message;
    const accumulation = `accumulation err='${why.startsWith('merging') ? why : `accumulating resources from '${path}': ${why}`}'`;
    let folder: Folder;
    try {
      folder = await this.#folder.inside(path);
    } catch (error) {
      if (failed instanceof MalformedFile) throw prefixed(`accumulating resources from '${path}'`, failed);
      throw prefixed(accumulation, error);
    }
    const inner = await this.#inner(folder, false).catch((error: unknown) => {
      throw prefixed(accumulation, error);
    });
    const built = await inner.#gather({ resources: [], vars: [] }).catch((error: unknown) => {
      throw prefixed(`${accumulation}: recursed accumulation of path '${folder.path}'`, error);
    });
    this.#append(all, built.resources, `${accumulation}: recursed merging from path '${folder.path}'`);
    all.vars = [...all.vars, ...built.vars];
  }

  async #addComponent(all: Gathered, path: string): Promise<void> {
    const folder = await this.#folder.inside(path);
    const inner = await this.#inner(folder, true);
    const built = await inner.#gather(all);
    all.resources = built.resources;
    all.vars = built.vars;
  }

  async #inner(folder: Folder, isComponent: boolean): Promise<Target> {
    const target = await Target.in(folder, this.#means).catch((error: unknown) => {
      throw prefixed(`couldn't make target for path '${folder.path}'`, error);
    });
    const kind = stringOf(target.kustomization['kind']) || 'Kustomization';
    if (isComponent && kind !== 'Component') throw new CommandError(`expected kind 'Component' for path '${folder.path}' but got '${kind}'`);
    if (!isComponent && kind === 'Component') throw new CommandError(`expected kind != 'Component' for path '${folder.path}'`);
    return target;
  }

  #append(all: Gathered, found: readonly Resource[], where: string): void {
    for (const resource of found) {
      const { id } = resource;
      if (!id.name)
        throw new CommandError(`${where}: missing metadata.name in object {{${stringOf(resource.object['apiVersion'])} ${id.kind}} {{ } map[] map[]}}`);
      if (all.resources.some((each) => sameId(each.id, id)))
        throw new CommandError(`${where}: may not add resource with an already registered id: ${idText(id)}`);
      all.resources = [...all.resources, resource];
    }
  }

  async #generate(all: Gathered): Promise<void> {
    const options = this.kustomization['generatorOptions'];
    const common = isJsonObject(options) ? options : {};
    for (const [field, kind] of [
      ['configMapGenerator', 'ConfigMap'],
      ['secretGenerator', 'Secret'],
    ] as const)
      for (const args of objectsIn(this.kustomization[field])) absorb(all, await generated(kind, args, common, this.#folder, this.#means.env));
  }

  async #transform(all: Gathered): Promise<void> {
    const { kustomization } = this;
    all.resources = await applyStrategicPatches(all.resources, kustomization['patchesStrategicMerge'], this.#folder);
    all.resources = await applyPatches(all.resources, kustomization['patches'], this.#folder);
    const namespace = stringOf(kustomization['namespace']);
    if (namespace) setNamespace(all.resources, namespace);
    const prefix = stringOf(kustomization['namePrefix']);
    if (prefix) addAffix(all.resources, prefix, 'prefix');
    const suffix = stringOf(kustomization['nameSuffix']);
    if (suffix) addAffix(all.resources, suffix, 'suffix');
    addLabels(all.resources, kustomization);
    addAnnotations(all.resources, kustomization['commonAnnotations']);
    all.resources = await applyPatches(all.resources, kustomization['patchesJson6902'], this.#folder);
    setReplicas(all.resources, kustomization['replicas']);
    setImages(all.resources, kustomization['images'] ?? kustomization['imageTags']);
    for (const entry of objectsIn(kustomization['replacements'])) for (const each of await this.#replacements(entry)) replace(all.resources, each);
  }

  /** As it stands, or those of a file. */
  async #replacements(entry: JsonObject): Promise<readonly JsonObject[]> {
    const path = stringOf(entry['path']);
    if (!path) return [entry];
    const { parseYaml } = await import('../../kube/machinery/yaml.ts');
    const { value } = parseYaml(await this.#folder.text(path));
    return Array.isArray(value) ? objectsIn(value) : isJsonObject(value) ? [value] : [];
  }
}

/** As Go shows an identity. */
const goId = ({ group, version, kind, name, namespace }: Identity): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:${goQuote(group)}, Version:${goQuote(version)}, Kind:${goQuote(kind)}, isClusterScoped:false}, Name:${goQuote(name)}, Namespace:${goQuote(namespace)}}`;

const isFilled = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0);

const prefixed = (prefix: string, error: unknown): CommandError => new CommandError(`${prefix}: ${messageOf(error)}`);

/** A generated object is new, or made one with another of its name. */
function absorb(all: Gathered, resource: Resource): void {
  const { behavior } = resource.generated ?? { behavior: 'create' };
  const wanted = resource.id;
  const old = all.resources.find((each) => each.ids.some((id) => sameId(id, wanted)));
  if (!old) {
    if (behavior !== 'create') throw new CommandError(`merging from generator: id ${goId(wanted)} does not exist; cannot merge or replace`);
    all.resources = [...all.resources, resource];
    return;
  }
  if (behavior === 'create') throw new CommandError(`merging from generator: id ${goId(wanted)} exists; behavior must be merge or replace`);
  const joined = (field: string, ours: JsonObject, theirs: JsonObject): JsonObject => {
    const both = { ...(isJsonObject(theirs[field]) ? theirs[field] : {}), ...(isJsonObject(ours[field]) ? ours[field] : {}) };
    return Object.keys(both).length ? { [field]: both } : {};
  };
  const { labels: _labels, annotations: _annotations, ...rest } = resource.metadata;
  const { name = null, namespace } = old.metadata;
  const metadata = {
    ...rest,
    ...joined('labels', resource.metadata, old.metadata),
    ...joined('annotations', resource.metadata, old.metadata),
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const data = behavior === 'merge' ? { ...joined('data', resource.object, old.object), ...joined('binaryData', resource.object, old.object) } : {};
  old.object = { ...resource.object, ...data, metadata };
  old.generated = resource.generated;
}
