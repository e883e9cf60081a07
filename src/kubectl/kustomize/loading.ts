// Reading kustomizations and what they name from folders. Models kustomize/api/internal/loader
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { parseYaml, YamlProblem } from '../../kube/machinery/yaml.ts';
import { absolute } from '../config/paths.ts';
import { CommandError } from '../failures.ts';
import type { FileStatus, Ports } from '../ports.ts';
import { fileReason } from '../resources/sentences.ts';

type Files = Ports['files'];
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export const isRemote = (path: string): boolean => /^(?:https?|ssh|git|file):\/\/|^git@|^(?:gh:|github\.com[/:])|\?ref=/.test(path);

export class Folder {
  readonly path: string;
  readonly files: Files;
  /** Those that led here, to tell circles. */
  readonly above: readonly string[];
  /** Whether files above it may be read. */
  readonly isOpen: boolean;

  constructor(path: string, files: Files, { above, isOpen }: Pick<Folder, 'above' | 'isOpen'>) {
    this.path = path;
    this.files = files;
    this.above = above;
    this.isOpen = isOpen;
  }

  static async at(path: string, files: Files, isOpen: boolean): Promise<Folder> {
    return new Folder(await folderAt(path, absolute(path, files.cwd), files), files, { above: [], isOpen });
  }

  /** Rejects in kustomize's words for what is no folder. */
  async inside(path: string): Promise<Folder> {
    if (isRemote(path)) throw new CommandError(`remote resource '${path}' is not supported by this kubectl: keep a copy beside the kustomization`);
    const target = absolute(path, this.path);
    const found = await folderAt(target, target, this.files);
    const cycle = [...this.above, this.path].find((each) => each === found || `${each}/`.startsWith(`${found === '/' ? '' : found}/`));
    if (cycle !== undefined) throw new CommandError(`cycle detected: candidate root '${found}' contains visited root '${cycle}'`);
    return new Folder(found, this.files, { above: [...this.above, this.path], isOpen: this.isOpen });
  }

  async bytes(path: string): Promise<Uint8Array> {
    const asked = absolute(path, this.path);
    const missing = (error: unknown): CommandError => new CommandError(`evalsymlink failure on '${asked}' : lstat ${asked}: ${fileReason(error)}`);
    const resolved = async (): Promise<readonly [string, FileStatus]> => [await this.files.realPath(asked), await this.files.stat(asked)];
    const [target, status] = await resolved().catch((error: unknown) => {
      throw missing(error);
    });
    if (status.kind === 'directory') throw new CommandError(`'${target}' must resolve to a file`);
    if (!this.isOpen && !`${target}/`.startsWith(`${this.path === '/' ? '' : this.path}/`))
      throw new CommandError(`security; file '${target}' is not in or below '${this.path}'`);
    return this.files.read(target);
  }

  async text(path: string): Promise<string> {
    return Buffer.from(await this.bytes(path)).toString('utf8');
  }

  /** The kustomization of this folder, as it is written. */
  async kustomization(): Promise<JsonObject> {
    const found: string[] = [];
    for (const name of NAMES) {
      const isThere = await this.files.stat(`${this.path}/${name}`).then(
        ({ kind }) => kind !== 'directory',
        () => false,
      );
      if (isThere) found.push(name);
    }
    const [name, ...others] = found;
    if (name === undefined)
      throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${this.path}'`);
    if (others.length) throw new CommandError(`Found multiple kustomization files under: ${this.path}\n`);
    const value = parsed(await this.text(name));
    if (value === null || (isJsonObject(value) && !Object.keys(value).length)) throw new CommandError('kustomization.yaml is empty');
    if (!isJsonObject(value)) throw new CommandError('invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization');
    return value;
  }
}

function parsed(text: string): JsonValue {
  try {
    return parseYaml(text).value;
  } catch (error) {
    if (error instanceof YamlProblem) throw new CommandError(`invalid Kustomization: ${error.message}`);
    throw error;
  }
}

async function folderAt(shown: string, path: string, files: Files): Promise<string> {
  const status = await files.stat(path).catch((error: unknown) => {
    throw new CommandError(`must build at directory: not a valid directory: evalsymlink failure on '${shown}' : lstat ${path}: ${fileReason(error)}`);
  });
  if (status.kind !== 'directory') throw new CommandError(`must build at directory: '${shown}': file is not directory`);
  return files.realPath(path);
}
