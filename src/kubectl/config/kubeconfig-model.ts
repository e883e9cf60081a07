// A kubeconfig as it is shown and changed: the entries of all files together, and how a change goes back to the file it belongs to.
// Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/config.go
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { systemReason } from '../system-reason.ts';
import { kubeconfigPaths, listOf, parseKubeconfig, SECTIONS, textOf, type Entry, type Kubeconfig, type Section } from './kubeconfig-files.ts';
import { FILES, shaped, withDefaults } from './kubeconfig-schema.ts';
import { absolute, folderOf, relativeTo } from './paths.ts';

export const SECTION_NAMES: readonly Section[] = ['clusters', 'users', 'contexts'];
export type Entries = ReadonlyMap<string, Entry>;

export interface Model {
  readonly currentContext: string;
  readonly preferences: JsonObject;
  readonly clusters: Entries;
  readonly users: Entries;
  readonly contexts: Entries;
}

export function modelOf(config: Kubeconfig): Model {
  const read = (section: Section): Entries =>
    new Map([...config[section]].map(([name, entry]) => [name, { ...entry, fields: withDefaults(section, entry.fields) }]));
  return {
    currentContext: config.currentContext,
    preferences:
      (config.files.map(({ content }) => content?.['preferences']).find((each) => isJsonObject(each) && Object.keys(each).length > 0) as JsonObject) ?? {},
    clusters: read('clusters'),
    users: read('users'),
    contexts: read('contexts'),
  };
}

/** An entry set anew, in the file it came from; a new one belongs to the default file. */
export function withEntry(model: Model, section: Section, name: string, fields: JsonObject): Model {
  const file = model[section].get(name)?.file ?? '';
  return { ...model, [section]: new Map([...model[section], [name, { name, file, fields }]]) };
}
export function withoutEntry(model: Model, section: Section, name: string): Model {
  return { ...model, [section]: new Map([...model[section]].filter(([each]) => each !== name)) };
}

/** As kubectl shows it: sections in the order of names. `current-context` comes last, as in its types. */
export function kubeconfigObject({ currentContext, preferences, ...sections }: Model, keepsUnknown = false): JsonObject {
  const list = (section: Section): JsonValue => {
    const names = [...sections[section].keys()].sort();
    return names.length ? names.map((name) => entryObject(section, name, sections[section].get(name)?.fields ?? {}, keepsUnknown)) : null;
  };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    ...(Object.keys(preferences).length ? { preferences } : {}),
    clusters: list('clusters'),
    users: list('users'),
    contexts: list('contexts'),
    'current-context': currentContext,
  };
}
const entryObject = (section: Section, name: string, fields: JsonObject, keepsUnknown: boolean): JsonObject => ({
  name,
  [SECTIONS[section]]: shaped(section, fields, keepsUnknown),
});

type Means = Pick<Ports, 'env' | 'files' | 'home'>;

/** The file that a change goes to where nothing says another: the first that exists, or the last. */
export async function defaultFile(means: Means, explicit: string): Promise<string> {
  const paths = kubeconfigPaths(means, explicit);
  for (const path of paths)
    if (
      await means.files.stat(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  return paths.at(-1) ?? '';
}

interface Change {
  readonly before: Model;
  readonly after: Model;
  readonly explicit: string;
  /** Files below the folder of a kubeconfig are written relative to it. */
  readonly relativizes: boolean;
}

/** Writes what differs, each entry to its own file. Rejects with kubectl's sentences. */
export async function saveKubeconfig(means: Means, { before, after, explicit, relativizes }: Change): Promise<void> {
  const target = await defaultFile(means, explicit);
  if (before.currentContext !== after.currentContext) {
    const file = explicit || after.currentContext ? target : await fileWithContext(means);
    await edit(means, file, (content) => ({ ...content, 'current-context': after.currentContext }));
  }
  if (!jsonEqual(before.preferences, after.preferences)) await edit(means, target, (content) => ({ ...content, preferences: after.preferences }));
  for (const section of SECTION_NAMES) {
    for (const [name, entry] of after[section])
      if (differs(section, entry, before[section].get(name))) {
        const file = entry.file || target;
        const fields = relativizes ? relativized(section, entry.fields, absolute(folderOf(file), means.files.cwd)) : entry.fields;
        await edit(means, file, (content) => ({ ...content, [section]: [...without(content, section, name), { name, [SECTIONS[section]]: fields }] }));
      }
    for (const [name, entry] of before[section])
      if (!after[section].has(name)) await edit(means, entry.file || target, (content) => ({ ...content, [section]: without(content, section, name) }));
  }
}

/** What is empty is as good as not there. */
const differs = (section: Section, after: Entry, before: Entry | undefined): boolean =>
  !before || !jsonEqual(shaped(section, after.fields, true), shaped(section, before.fields, true));

const without = (content: JsonObject, section: Section, name: string): readonly JsonValue[] =>
  listOf(content[section]).filter((item) => isJsonObject(item) && item['name'] !== name);

/** The first file that sets a context. */
async function fileWithContext(means: Means): Promise<string> {
  for (const path of kubeconfigPaths(means, '')) if (textOf((await contentOf(means, path))['current-context'])) return path;
  throw new CommandError('no config found to write context');
}

async function contentOf({ files }: Means, path: string): Promise<JsonObject> {
  let text: string;
  try {
    text = Buffer.from(await files.read(path)).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CommandError(systemReason(error, path));
  }
  return parseKubeconfig(text, path);
}

/** Replaces the file as a whole, so that nobody ever reads half of it. */
async function edit(means: Means, path: string, change: (content: JsonObject) => JsonObject): Promise<void> {
  const { files } = means;
  const text = goYaml(written(change(await contentOf(means, path))));
  const mode = await files.stat(path).then(
    (status) => status.mode,
    () => 0o600,
  );
  const draft = `${path}.new`;
  try {
    await files.makeFolder(folderOf(path), 0o755);
    await files.write(draft, text, mode);
    await files.rename(draft, path);
  } catch (error) {
    await files.remove(draft);
    throw new CommandError(systemReason(error, path));
  }
}

/** In order, without what is empty, with what nobody knows. */
function written(content: JsonObject): JsonObject {
  const list = (section: Section): JsonValue => {
    const entries = listOf(content[section]).filter(isJsonObject);
    const fieldsOf = (entry: JsonObject): JsonObject => (isJsonObject(entry[SECTIONS[section]]) ? (entry[SECTIONS[section]] as JsonObject) : {});
    const shapes = entries.map((entry) => ({ ...entry, ...entryObject(section, textOf(entry['name']), withDefaults(section, fieldsOf(entry)), true) }));
    return shapes.length ? shapes.sort((a, b) => (textOf(a.name) < textOf(b.name) ? -1 : 1)) : null;
  };
  const { preferences, ...rest } = content;
  return {
    ...rest,
    apiVersion: 'v1',
    kind: 'Config',
    ...(isJsonObject(preferences) && Object.keys(preferences).length ? { preferences } : {}),
    clusters: list('clusters'),
    contexts: list('contexts'),
    users: list('users'),
    'current-context': textOf(content['current-context']),
  };
}

function relativized(section: Section, fields: JsonObject, folder: string): JsonObject {
  const changed: Record<string, JsonValue> = {};
  for (const name of FILES[section]) {
    const path = textOf(fields[name]);
    if (path) changed[name] = relativeTo(folder, absolute(path, folder));
  }
  return { ...fields, ...changed };
}
