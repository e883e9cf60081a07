// The file of preferences as it is shown and written: the fields of v1beta1, in their order. Models kubernetes/staging/src/k8s.io/kubectl/pkg/config/v1beta1
import { messageOf } from '../../errors/app-error.ts';
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { parseYaml } from '../../kube/machinery/yaml.ts';
import { listOf, textOf } from '../config/kubeconfig-files.ts';
import { folderOf } from '../config/paths.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { systemReason } from '../system-reason.ts';
import { kubercFile, type KubercFile } from './preferences.ts';

export const KIND = { kind: 'Preference', apiVersion: 'kubectl.config.k8s.io/v1beta1' } as const;

const objects = (value: JsonValue | undefined): readonly JsonObject[] => listOf(value).filter(isJsonObject);
const listOrNull = (items: readonly JsonObject[]): JsonValue => (items.length ? items : null);
const optionsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  objects(value).map((each) => ({ name: textOf(each['name']), default: textOf(each['default']) }));

export interface StoredAlias {
  readonly name: string;
  readonly command: string;
  readonly prependArgs: readonly string[];
  readonly appendArgs: readonly string[];
  readonly options: readonly JsonObject[];
}
export interface Stored {
  readonly kind: string;
  readonly apiVersion: string;
  readonly defaults: readonly { readonly command: string; readonly options: readonly JsonObject[] }[];
  readonly aliases: readonly StoredAlias[];
}

/** Where preferences are; a file that was turned off is none. */
export function fileOf({ ports }: Kubectl, flag: string): KubercFile {
  const file = kubercFile(ports, flag);
  if (!file) throw new CommandError('KUBERC is disabled via KUBERC=off environment variable');
  return file;
}

/** Undefined where there is no file. */
export async function readStored({ ports }: Kubectl, path: string): Promise<Stored | undefined> {
  let text: string;
  try {
    text = Buffer.from(await ports.files.read(path)).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(`error reading kuberc file: ${systemReason(error, path)}`);
  }
  let value: JsonValue;
  try {
    ({ value } = parseYaml(text));
  } catch (error) {
    throw new CommandError(`error parsing kuberc file: error converting YAML to JSON: ${messageOf(error)}`);
  }
  const content = isJsonObject(value) ? value : {};
  return {
    kind: textOf(content['kind']),
    apiVersion: textOf(content['apiVersion']),
    defaults: objects(content['defaults']).map((each) => ({ command: textOf(each['command']), options: optionsIn(each['options']) })),
    aliases: objects(content['aliases']).map((each) => ({
      name: textOf(each['name']),
      command: textOf(each['command']),
      prependArgs: listOf(each['prependArgs']).map(textOf),
      appendArgs: listOf(each['appendArgs']).map(textOf),
      options: optionsIn(each['options']),
    })),
  };
}

/** `none` stands for lists without anything in them. */
export function storedObject({ kind, apiVersion, defaults, aliases }: Stored, none: JsonValue): JsonObject {
  const list = (items: readonly JsonObject[]): JsonValue => (items.length ? items : none);
  return {
    kind,
    apiVersion,
    defaults: list(defaults.map(({ command, options }) => ({ command, options: listOrNull(options) }))),
    aliases: list(
      aliases.map(({ name, command, prependArgs, appendArgs, options }) => ({
        name,
        command,
        ...(prependArgs.length ? { prependArgs } : {}),
        ...(appendArgs.length ? { appendArgs } : {}),
        ...(options.length ? { options } : {}),
      })),
    ),
  };
}

export async function writeStored({ ports }: Kubectl, path: string, stored: Stored, say: (text: string) => void): Promise<void> {
  try {
    await ports.files.makeFolder(folderOf(path), 0o755);
    await ports.files.write(path, goYaml(storedObject(stored, null)), 0o644);
  } catch (error) {
    throw new CommandError(`error writing kuberc file: ${systemReason(error, path)}`);
  }
  say(`Updated ${path}\n`);
}
