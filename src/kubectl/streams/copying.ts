// Files to a container and from it, through the tar of its image. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/cp/cp.go
import { ByteQueue } from '../../kube/streaming/byte-duplex.ts';
import { TAR_END, tarEntries, tarEntry, type TarEntry } from '../../kube/streaming/tar.ts';
import { messageOf } from '../../errors/app-error.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import type { FileSystem } from '../ports.ts';
import { metadataOf, textField } from '../resources/info.ts';
import { systemWord } from '../system-reason.ts';
import { archivePrefix, baseOf, cleanPath, folderOf, isWithin, joinPath, type FileSpec } from './copy-paths.ts';
import { containerMeant, hasEnded, phaseOf } from './pod-fields.ts';
import { PODS } from './pods-of.ts';
import { runRemotely, type RemoteProcess } from './remote-process.ts';

export interface CopyWishes {
  readonly container: string;
  readonly keepsOwner: boolean;
  /** How often a copy that breaks off is taken up again; less than 0 without end. */
  readonly retries: number;
}

export class Copier {
  readonly #kubectl: Kubectl;
  readonly #wishes: CopyWishes;
  readonly #namespace: string;

  constructor(kubectl: Kubectl, namespace: string, wishes: CopyWishes) {
    this.#kubectl = kubectl;
    this.#namespace = namespace;
    this.#wishes = wishes;
  }

  async toPod(source: FileSpec, target: FileSpec): Promise<void> {
    const { files, stdout, stderr } = this.#kubectl.ports;
    await files.stat(source.file).catch(() => {
      throw new CommandError(`${source.file} doesn't exist in local filesystem`);
    });
    const from = cleanPath(source.file);
    const isFolder = await this.#run(target, { command: ['test', '-d', target.file], out: nowhere, error: nowhere }, nowhere).then(
      () => true,
      () => false, // whatever is wrong with the pod is told by the copy itself
    );
    const to = isFolder ? joinPath(target.file, baseOf(source.file)) : target.file;
    const command = ['tar', ...(this.#wishes.keepsOwner ? ['-xmf', '-'] : ['--no-same-permissions', '--no-same-owner', '-xmf', '-']), '-C', folderOf(to)];
    const failure: { error?: unknown } = {};
    const archive = keepingFailure(this.#archive(from, baseOf(cleanPath(to))), failure);
    const process = { command, stdin: archive, out: (data: Uint8Array) => stdout.write(data), error: (data: Uint8Array) => stderr.write(data) };
    await this.#run(target, process, (text) => this.#kubectl.complain(text));
    if (failure.error) throw failure.error;
  }

  /** A file, or a folder with all that is in it. Links stay links. */
  async *#archive(path: string, name: string): AsyncGenerator<Uint8Array> {
    yield* this.#entries(path, name);
    yield TAR_END;
  }

  async *#entries(path: string, name: string): AsyncGenerator<Uint8Array> {
    const { files } = this.#kubectl.ports;
    const { kind, mode, modifiedMs } = await files.lstat(path);
    const common = { name, mode, modified: modifiedMs / 1000, linkTarget: '', data: new Uint8Array() };
    if (kind === 'link') yield tarEntry({ ...common, kind, linkTarget: await files.readLink(path) });
    else if (kind === 'directory') {
      const inside = await files.list(path);
      if (!inside.length) yield tarEntry({ ...common, kind });
      for (const child of inside) yield* this.#entries(joinPath(path, child), joinPath(name, child));
    } else yield tarEntry({ ...common, kind, data: kind === 'file' ? await files.read(path) : new Uint8Array() });
  }

  async fromPod(source: FileSpec, target: FileSpec): Promise<void> {
    const prefix = archivePrefix(source.file);
    let hasWarned = false;
    for await (const entry of tarEntries(this.#remoteArchive(source))) {
      if (!entry.name.startsWith(prefix)) throw new CommandError('tar contents corrupted');
      const path = joinPath(target.file, entry.name.slice(prefix.length));
      if (!isWithin(target.file, path)) this.#kubectl.complain(`warning: file ${goQuote(path)} is outside target destination, skipping\n`);
      else if (entry.kind === 'link') {
        this.#skipLink(entry, path, source, hasWarned);
        hasWarned = true;
      } else await this.#put(entry, path);
    }
  }

  #skipLink({ linkTarget }: TarEntry, path: string, { namespace, pod, file }: FileSpec, hasWarned: boolean): void {
    const instead = hasWarned ? '' : ` (consider using "kubectl exec -n ${goQuote(namespace)} ${goQuote(pod)} -- tar cf - ${goQuote(file)} | tar xf -")`;
    this.#kubectl.complain(`warning: skipping symlink: ${goQuote(path)} -> ${goQuote(linkTarget)}${instead}\n`);
  }

  async #put({ kind, data }: TarEntry, path: string): Promise<void> {
    const { files } = this.#kubectl.ports;
    const parent = folderOf(path);
    await files.makeFolder(parent, 0o755).catch(async (error: unknown) => {
      const file = await firstFile(files, parent);
      throw new CommandError(file === undefined ? `mkdir ${parent}: ${systemWord(error)}` : `mkdir ${file}: not a directory`);
    });
    if (kind === 'directory') return files.makeFolder(path, 0o755);
    await files.write(path, data).catch((error: unknown) => {
      throw new CommandError(`open ${path}: ${systemWord(error)}`);
    });
  }

  /** What tar says of a path in the container, taken up again where it broke off. */
  async *#remoteArchive(source: FileSpec): AsyncGenerator<Uint8Array> {
    const { retries: most } = this.#wishes;
    let read = 0;
    for (let retries = 0; ;) {
      const skipped = retries ? read + 1 : 0;
      const command = most === 0 ? ['tar', 'cf', '-', source.file] : ['sh', '-c', `tar cf - ${source.file} | tail -c+${skipped}`];
      try {
        for await (const piece of this.#outputOf(source, command)) {
          read += piece.length;
          yield piece;
        }
        return;
      } catch (error) {
        if (most >= 0 && retries >= most) {
          if (most > 0) this.#kubectl.print(`Dropping out copy after ${retries} retries\n`);
          throw error;
        }
        retries++;
        this.#kubectl.print(`Resuming copy at ${read} bytes, retry ${retries}/${most}\n`);
      }
    }
  }

  async *#outputOf(source: FileSpec, command: readonly string[]): AsyncGenerator<Uint8Array> {
    const output = new ByteQueue(Number.POSITIVE_INFINITY);
    const process = { command, out: (data: Uint8Array) => void output.push(data), error: (data: Uint8Array) => this.#kubectl.ports.stdout.write(data) };
    const ended = this.#run(source, process, (text) => this.#kubectl.print(text)).then(
      () => output.end(),
      (error: unknown) => output.fail(error instanceof Error ? error : new CommandError(messageOf(error))),
    );
    yield* output;
    await ended;
  }

  async #run(
    { namespace, pod: name }: FileSpec,
    process: Pick<RemoteProcess, 'command' | 'stdin' | 'out' | 'error'>,
    warn: (text: string) => void,
  ): Promise<void> {
    const client = await this.#kubectl.client(PODS);
    const pod = await client.get({ namespace: namespace || this.#namespace, name });
    if (hasEnded(pod)) throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phaseOf(pod)}`);
    const container = this.#wishes.container || textField(containerMeant(pod, '', warn), 'name');
    await runRemotely(this.#kubectl, { ...process, does: 'exec', namespace: textField(metadataOf(pod), 'namespace'), pod: name, container });
  }
}

/** What stands in the way of a folder: the first on its path that is there and is none. */
async function firstFile(files: FileSystem, path: string): Promise<string | undefined> {
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length++) {
    const part = parts.slice(0, length).join('/') || '/';
    const status = await files.stat(part).catch(() => undefined); // what is not there yet stands in nobody's way
    if (status && status.kind !== 'directory') return part;
  }
  return undefined;
}

const nowhere = (): void => {};

/** Ends the archive where it cannot be read further, and remembers why. */
async function* keepingFailure(archive: AsyncIterable<Uint8Array>, failure: { error?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* archive;
  } catch (error) {
    failure.error = error;
  }
}
