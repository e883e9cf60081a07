// kubectl diff: what applying would change, shown by a program for differences. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { isConflict, isNotFound } from '../../kube/machinery/status-error.ts';
import { isBuiltInGroup } from '../client/built-in-groups.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, failureText } from '../failures.ts';
import { array, bool, int, type FlagSpecs } from '../flags/flag.ts';
import { fieldManager, fileFlags, SELECTOR } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { groupKindOf, metadataOf, textField, withoutManagedFields, type Info } from '../resources/info.ts';
import { configurationOf } from '../writes/last-applied.ts';
import { CLIENT_SIDE_MANAGER } from './apply/apply-flags.ts';
import { patchOf } from './apply/client-side.ts';
import { prunable, typesToPrune } from './apply/prune.ts';
import { SERVER_SIDE_MANAGER } from './apply/server-side.ts';
import { maskedPair } from './diff/masked.ts';

const ATTEMPTS = 4;

const flags = {
  ...fileFlags('is compared'),
  concurrency: int('How many objects are looked at at once.', { preset: 1 }),
  'field-manager': fieldManager(CLIENT_SIDE_MANAGER),
  'force-conflicts': bool('Take fields from other managers; with --server-side only.'),
  prune: bool('Also what pruning would delete.'),
  'prune-allowlist': array('Type that is pruned, as GROUP/VERSION/KIND; can be given several times.'),
  selector: SELECTOR,
  'server-side': bool('Let the server merge what would be applied.'),
  'show-managed-fields': bool('Keep the managedFields in what is compared.'),
} as const satisfies FlagSpecs;
type DiffCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Shows what would change if files were applied.\n\n The program that compares is `diff -u -N`, or what KUBECTL_EXTERNAL_DIFF names; it gets two folders. The exit code is 0 for no difference, 1 for one, and more for a failure.',
  examples: `# What a file would change
kubectl diff -f web.yaml

# From standard input
cat web.yaml | kubectl diff -f -`,
  flags,
  flagFailures: { exitCode: 2, hint: "See 'kubectl diff -h' for help and examples" },
  async run(call, kubectl) {
    try {
      return await compare(call, kubectl);
    } catch (error) {
      const { text, exitCode } = failureText(error);
      kubectl.complain(text.endsWith('\n') ? text : `${text}\n`);
      return exitCode + 1;
    }
  },
});

async function compare(call: DiffCall, kubectl: Kubectl): Promise<number> {
  const { flags: given, args } = call;
  const { files } = kubectl.ports;
  if (args.length) throw usageError(call, `Unexpected args: [${args.join(' ')}]`);
  if (!given.filename.length && !given.kustomize) throw new CommandError('must specify one of -f and -k');
  if (given['force-conflicts'] && !given['server-side']) throw new CommandError('--force-conflicts only works with --server-side');
  if (given.prune) await typesToPrune(given['prune-allowlist'], kubectl);
  const folders = { live: await files.makeTemporaryFolder('LIVE-'), merged: await files.makeTemporaryFolder('MERGED-') };
  try {
    await new Comparison(call, kubectl, folders).write();
    return await showDifferences(folders, kubectl);
  } finally {
    await files.remove(folders.live);
    await files.remove(folders.merged);
  }
}

interface Folders {
  readonly live: string;
  readonly merged: string;
}

class Comparison {
  readonly #call: DiffCall;
  readonly #kubectl: Kubectl;
  readonly #folders: Folders;
  readonly #manager: string;

  constructor(call: DiffCall, kubectl: Kubectl, folders: Folders) {
    this.#call = call;
    this.#kubectl = kubectl;
    this.#folders = folders;
    this.#manager = call.changed('field-manager') ? call.flags['field-manager'] : call.flags['server-side'] ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER;
  }

  /** Puts both forms of every object into the folders. */
  async write(): Promise<void> {
    const { flags: given } = this.#call;
    const { name: namespace, isExplicit } = await this.#kubectl.namespace();
    const selected = await select(this.#kubectl, { files: given, namespace, enforceNamespace: isExplicit, labelSelector: given.selector });
    const namespaces = new Set<string>();
    const uids = new Set<string>();
    await selected.visit(async (info) => {
      const live = await this.#compared(info);
      if (info.isNamespaced) namespaces.add(info.namespace);
      if (live) uids.add(textField(metadataOf(live), 'uid'));
      if (live && textField(metadataOf(live), 'deletionTimestamp'))
        this.#kubectl.complain(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
    });
    if (!given.prune) return;
    const pruning = { allowlist: given['prune-allowlist'], namespaces, uids, labelSelector: given.selector };
    for (const object of await prunable(pruning, this.#kubectl))
      await this.#put(this.#folders.live, fileName(object, textField(metadataOf(object), 'namespace')), object);
  }

  /** Resolves with the object as it is on the server. */
  async #compared(info: Info): Promise<JsonObject | undefined> {
    const local = info.content;
    for (let attempt = 1; ; attempt++) {
      const live = await this.#live(info);
      try {
        const merged = await this.#merged(info, local, live, attempt === ATTEMPTS);
        await this.#write(info, live, merged);
        return live;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #live(info: Info): Promise<JsonObject | undefined> {
    try {
      await info.get(this.#kubectl);
      return info.content;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #merged({ client, namespace, name }: Info, local: JsonObject, live: JsonObject | undefined, force: boolean): Promise<JsonObject> {
    if (!client) throw new Error(`${name} has no server`);
    const { flags: given } = this.#call;
    const write = { fieldManager: this.#manager, dryRun: true };
    const place = { namespace, name };
    if (given['server-side']) return client.patch(place, 'apply', local, { ...write, force: given['force-conflicts'] });
    if (!live) return client.create({ namespace }, local, write);
    const patch = await patchOf(live, JSON.parse(configurationOf(local)) as JsonObject, this.#kubectl);
    if (!Object.keys(patch).length) return live;
    const resourceVersion = textField(metadataOf(live), 'resourceVersion');
    const locked = force ? patch : { ...patch, metadata: { ...metadataOf(patch), resourceVersion } };
    return client.patch(place, isBuiltInGroup(groupKindOf(local).group) ? 'strategic' : 'merge', locked, write);
  }

  async #write(info: Info, live: JsonObject | undefined, merged: JsonObject): Promise<void> {
    const shown = (object: JsonObject): JsonObject => (this.#call.flags['show-managed-fields'] ? object : withoutManagedFields(object));
    const { kind, version } = groupKindOf(merged);
    const pair = { from: live && shown(live), to: shown(merged) };
    const { from, to } = kind === 'Secret' && version === 'v1' ? maskedPair(pair) : pair;
    const name = fileName(merged, info.namespace, info.name);
    if (from) await this.#put(this.#folders.live, name, from);
    else await this.#kubectl.ports.files.write(`${this.#folders.live}/${name}`, '', 0o700);
    await this.#put(this.#folders.merged, name, to);
  }

  async #put(folder: string, name: string, object: JsonObject): Promise<void> {
    await this.#kubectl.ports.files.write(`${folder}/${name}`, goYaml(object), 0o700);
  }
}

function fileName(object: JsonObject, namespace: string, name = textField(metadataOf(object), 'name')): string {
  const { group, version, kind } = groupKindOf(object);
  return `${group ? `${group}.` : ''}${version}.${kind}.${namespace}.${name}`;
}

/** Resolves with 1 where there are some. */
async function showDifferences({ live, merged }: Folders, { ports }: Kubectl): Promise<number> {
  const [program = '', ...words] = (ports.env['KUBECTL_EXTERNAL_DIFF'] ?? '').split(' ');
  const name = program || 'diff';
  const args = program ? [live, merged, ...words.filter((word) => /^[a-zA-Z0-9=-]+$/.test(word))] : ['-u', '-N', live, merged];
  const failed = (why: string): CommandError => new CommandError(`failed to run ${goQuote(name)}: ${why}`);
  if ((await ports.programs.find(name)) === undefined)
    throw failed(name.includes('/') ? `fork/exec ${name}: no such file or directory` : `exec: ${goQuote(name)}: executable file not found in $PATH`);
  const { exitCode, stdout, stderr } = await ports.programs.output(name, args);
  ports.stdout.write(stdout);
  ports.stderr.write(stderr);
  if (exitCode > 1) throw failed(`exit status ${exitCode}`);
  return exitCode;
}
