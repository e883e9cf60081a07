// The file of preferences: where it is, and what stands in it. Models kubernetes/staging/src/k8s.io/kubectl/pkg/kuberc
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { systemReason } from '../system-reason.ts';

export interface Option {
  readonly name: string;
  readonly value: string;
}
export interface Alias {
  readonly name: string;
  readonly command: string;
  readonly prependArgs: readonly string[];
  readonly appendArgs: readonly string[];
  readonly options: readonly Option[];
}
export interface Defaults {
  readonly command: string;
  readonly options: readonly Option[];
}
/** Which programs may be run for credentials. */
export interface PluginPolicy {
  readonly policy: string;
  /** Names and paths; undefined where no list is given. */
  readonly allowed: readonly string[] | undefined;
}
export interface Preferences {
  readonly aliases: readonly Alias[];
  readonly defaults: readonly Defaults[];
  readonly plugins: PluginPolicy;
}

/** What cannot be used. The sentence is kubectl's, without where it happened. */
export class KubercProblem extends Error {}

type Means = Pick<Ports, 'env' | 'files' | 'home'>;

export interface KubercFile {
  readonly path: string;
  /** Named by a flag or the environment: it has to be there. */
  readonly isExplicit: boolean;
}

/** Undefined where preferences are turned off. Throws where a file is named all the same. */
export function kubercFile({ env, home }: Pick<Means, 'env' | 'home'>, flag: string): KubercFile | undefined {
  if (env['KUBERC'] === 'off') {
    if (flag) throw new KubercProblem('disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive');
    return undefined;
  }
  const named = flag || env['KUBERC'] || '';
  return named ? { path: named, isExplicit: true } : { path: `${home}/.kube/kuberc`, isExplicit: false };
}

/** Undefined where there are none. What is odd in a file that nobody named is told by `complain`. */
export async function loadPreferences(means: Means, flag: string, complain: (text: string) => void): Promise<Preferences | undefined> {
  const file = kubercFile(means, flag);
  if (!file) return undefined;
  let text: string;
  try {
    text = Buffer.from(await means.files.read(file.path)).toString('utf8');
  } catch (error) {
    if (file.isExplicit) throw new KubercProblem(`kuberc: ${systemReason(error, file.path)}`);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complain(`kuberc: no preferences loaded from ${file.path}: ${systemReason(error, file.path)}`);
    return undefined;
  }
  const documents = text.split(/^---(?:[ \t].*)?$/m).filter((each) => each.trim() !== '');
  for (const document of documents) {
    const { preferences, unknown } = (await read(document)) ?? {};
    if (!preferences) continue;
    if (unknown?.length)
      complain(
        `kuberc: ignoring strict decoding error in ${file.path}: strict decoding error: ${unknown.map((each) => `unknown field ${goQuote(each)}`).join(', ')}`,
      );
    return preferences;
  }
  if (!documents.length) return undefined;
  const problem = `no valid preferences found in ${file.path}, use --v=5 to see details`;
  if (file.isExplicit) throw new KubercProblem(`kuberc: ${problem}`);
  complain(`kuberc: no preferences loaded from ${file.path}: ${problem}`);
  return undefined;
}

/** The names that the versions have for the same. */
const VERSIONS: Readonly<Record<string, { readonly defaults: string; readonly options: string }>> = {
  'kubectl.config.k8s.io/v1alpha1': { defaults: 'overrides', options: 'flags' },
  'kubectl.config.k8s.io/v1beta1': { defaults: 'defaults', options: 'options' },
};

async function read(text: string): Promise<{ readonly preferences: Preferences; readonly unknown: readonly string[] } | undefined> {
  const { parseYaml } = await import('../../kube/machinery/yaml.ts');
  try {
    const { value } = parseYaml(text);
    const names = isJsonObject(value) ? VERSIONS[String(value['apiVersion'])] : undefined;
    if (!isJsonObject(value) || !names || value['kind'] !== 'Preference') return undefined;
    const unknown: string[] = [];
    const fields = new Fields(unknown);
    const known = fields.of(value, '', ['apiVersion', 'kind', 'aliases', names.defaults, 'credentialPluginPolicy', 'credentialPluginAllowlist']);
    const options = (object: JsonObject, path: string): readonly Option[] =>
      fields.list(object[names.options], `${path}.${names.options}`, ['name', 'default']).map((each) => ({
        name: textIn(each['name']),
        value: textIn(each['default']),
      }));
    const aliases = fields.list(known['aliases'], 'aliases', ['name', 'command', 'prependArgs', 'appendArgs', names.options]).map((each, i) => ({
      name: textIn(each['name']),
      command: textIn(each['command']),
      prependArgs: listIn(each['prependArgs']).map(textIn),
      appendArgs: listIn(each['appendArgs']).map(textIn),
      options: options(each, `aliases[${i}]`),
    }));
    const defaults = fields
      .list(known[names.defaults], names.defaults, ['command', names.options])
      .map((each, i) => ({ command: textIn(each['command']), options: options(each, `${names.defaults}[${i}]`) }));
    const allowlist = known['credentialPluginAllowlist'];
    const plugins = {
      policy: textIn(known['credentialPluginPolicy']),
      allowed:
        allowlist === undefined || allowlist === null
          ? undefined
          : fields.list(allowlist, 'credentialPluginAllowlist', ['name']).map((each) => textIn(each['name'])),
    };
    return { preferences: { aliases, defaults, plugins }, unknown };
  } catch {
    return undefined; // of another form: the next document may be meant
  }
}

class WrongType extends Error {}
function textIn(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new WrongType();
  return value;
}
function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new WrongType();
  return value as readonly JsonValue[];
}

/** Reads objects and keeps the paths of fields that nobody knows. */
class Fields {
  readonly #unknown: string[];

  constructor(unknown: string[]) {
    this.#unknown = unknown;
  }
  of(object: JsonObject, path: string, known: readonly string[]): JsonObject {
    for (const name of Object.keys(object)) if (!known.includes(name)) this.#unknown.push(path ? `${path}.${name}` : name);
    return object;
  }
  list(value: JsonValue | undefined, path: string, known: readonly string[]): readonly JsonObject[] {
    return listIn(value).map((each, i) => {
      if (!isJsonObject(each)) throw new WrongType();
      return this.of(each, `${path}[${i}]`, known);
    });
  }
}
