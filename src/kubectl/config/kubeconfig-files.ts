// Kubeconfig files as they lie on the disk: found, read, merged for looking up and written back where an entry came from.
// Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/loader.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { decodeBase64 } from '../../kube/machinery/go-base64.ts';

export const SECTIONS = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;
export type Section = keyof typeof SECTIONS;

export interface KubeconfigFile {
  readonly path: string;
  /** Undefined for a file that does not exist yet. */
  readonly content: JsonObject | undefined;
}
export interface Entry {
  readonly name: string;
  /** The file it comes from. */
  readonly file: string;
  readonly fields: JsonObject;
}
export interface Kubeconfig {
  readonly files: readonly KubeconfigFile[];
  /** Given with --kubeconfig: this file alone. */
  readonly isExplicit: boolean;
  /** Empty without one. */
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
}

type Means = Pick<Ports, 'env' | 'files' | 'home'>;

/** The files in the order in which they count; the first to set something wins. */
export function kubeconfigPaths({ env, home }: Pick<Ports, 'env' | 'home'>, explicit: string): readonly string[] {
  if (explicit) return [explicit];
  const listed = [...new Set((env['KUBECONFIG'] ?? '').split(':').filter(Boolean))];
  return listed.length ? listed : [`${home}/.kube/config`];
}

/** Rejects with kubectl's sentence for a file that cannot be read. Files that do not exist count as empty, but the one given explicitly. */
export async function loadKubeconfig(means: Means, explicit = '', mustExist = explicit !== ''): Promise<Kubeconfig> {
  const paths = kubeconfigPaths(means, explicit);
  const files = await Promise.all(paths.map((path) => readFile(means, path, mustExist)));
  return mergeKubeconfig(files, explicit !== '');
}

export function mergeKubeconfig(files: readonly KubeconfigFile[], isExplicit = false): Kubeconfig {
  return {
    files,
    isExplicit,
    currentContext: files.map(({ content }) => textOf(content?.['current-context'])).find(Boolean) ?? '',
    clusters: merged(files, 'clusters'),
    users: merged(files, 'users'),
    contexts: merged(files, 'contexts'),
  };
}

async function readFile({ files }: Means, path: string, mustExist: boolean): Promise<KubeconfigFile> {
  let text: string;
  try {
    text = Buffer.from(await files.read(path)).toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return { path, content: undefined };
    if (code === 'ENOENT') throw new CommandError(`stat ${path}: no such file or directory`);
    const why = code === 'EACCES' ? 'permission denied' : code === 'EISDIR' ? 'is a directory' : (error as Error).message;
    throw new CommandError(`error loading config file "${path}": ${code === 'EISDIR' ? 'read' : 'open'} ${path}: ${why}`);
  }
  return { path, content: await parseKubeconfig(text, path) };
}

export async function parseKubeconfig(text: string, path: string): Promise<JsonObject> {
  if (text.trim() === '') return {};
  const { parseYaml, YamlProblem } = await import('../../kube/machinery/yaml.ts');
  try {
    const { value } = parseYaml(text);
    if (isJsonObject(value)) {
      checkShape(value);
      return value;
    }
    if (value === null) return {};
    throw new YamlProblem(
      "couldn't get version/kind; json parse error: json: cannot unmarshal " +
        `${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  } catch (error) {
    if (error instanceof YamlProblem || error instanceof LoadProblem) throw new CommandError(`error loading config file "${path}": ${error.message}`);
    throw error;
  }
}

const KINDS = { clusters: '[]v1.NamedCluster', users: '[]v1.NamedAuthInfo', contexts: '[]v1.NamedContext' } as const;
const BYTES = { clusters: ['certificate-authority-data'], users: ['client-certificate-data', 'client-key-data'], contexts: [] } as const;

class LoadProblem extends Error {}

/** Throws LoadProblem for what Go could not read into its types. */
function checkShape(content: JsonObject): void {
  const kind = textOf(content['kind']) || 'Config';
  const version = textOf(content['apiVersion']) || 'v1';
  if (kind !== 'Config' || version !== 'v1')
    throw new LoadProblem(`no kind ${goQuote(kind)} is registered for version ${goQuote(version)} in scheme "pkg/runtime/scheme.go:111"`);
  for (const section of ['clusters', 'users', 'contexts'] as const) {
    const list = content[section];
    if (list !== undefined && list !== null && !Array.isArray(list))
      throw new LoadProblem(`json: cannot unmarshal ${goKind(list)} into Go struct field Config.${section} of type ${KINDS[section]}`);
    for (const item of listOf(list)) {
      const fields = isJsonObject(item) ? item[SECTIONS[section]] : undefined;
      if (!isJsonObject(fields)) continue;
      for (const name of BYTES[section]) {
        const bad = decodeBase64(textOf(fields[name]));
        if (typeof bad === 'number') throw new LoadProblem(`illegal base64 data at input byte ${bad}`);
      }
    }
  }
}
const goKind = (value: JsonValue): string => (typeof value === 'boolean' ? 'bool' : typeof value);

function merged(files: readonly KubeconfigFile[], section: Section): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { path, content } of files)
    for (const item of listOf(content?.[section])) {
      if (!isJsonObject(item)) continue;
      const name = textOf(item['name']);
      const fields = item[SECTIONS[section]];
      if (!entries.has(name)) entries.set(name, { name, file: path, fields: isJsonObject(fields) ? fields : {} });
    }
  return entries;
}

export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
export const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? (value as readonly JsonValue[]) : []);
