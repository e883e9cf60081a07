// What `label` and `annotate` share: `KEY=VALUE` and `KEY-` behind the resources, flags, listing and the patch.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/label/label.go and annotate/annotate.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import type { Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, string } from '../flags/flag.ts';
import { ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, fileFlags, PRINT_FLAGS, SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, type Info } from '../resources/info.ts';
import { dryRunOf } from './dry-run.ts';
import { mergePatchBetween } from './merge-patch.ts';
import { reporter } from './report.ts';

export const PAIR_FLAGS = {
  ...PRINT_FLAGS,
  ...fileFlags('is changed'),
  all: bool('All objects of the types that are named.'),
  'all-namespaces': ALL_NAMESPACES,
  'dry-run': DRY_RUN,
  'field-selector': FIELD_SELECTOR,
  list: bool('Show what there is afterwards.'),
  local: bool('Ask no server: change what the file holds and print it.'),
  overwrite: bool('Values that are there already may be changed.'),
  'resource-version': string('Change the object only if this is its revision; for one object alone.'),
  selector: SELECTOR,
} as const;
type PairCall = Call<typeof PAIR_FLAGS & { readonly 'field-manager': ReturnType<typeof string> }>;

export interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** How the one command differs from the other. */
export interface PairKind {
  readonly field: 'labels' | 'annotations';
  /** `label`, `annotation`. */
  readonly word: string;
  /** Throws for pairs that make no sense. */
  readonly check: (pairs: Pairs) => void;
  /** Throws for values that are there and may not be changed. */
  readonly checkOverwrites: (present: JsonObject, pairs: Pairs) => void;
  /** What was done: `labeled`. */
  readonly operation: (before: JsonObject, after: JsonObject, overwrite: boolean) => string;
  readonly parse: (words: readonly string[]) => Pairs;
  /** Says which of them were not there to be removed. */
  readonly tellsMissing: boolean;
  readonly exampleFile: string;
}

/** Resources first, then pairs. Models cmdutil.GetResourcesAndPairs */
export function splitPairs(args: readonly string[], word: string): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const isPair = (arg: string): boolean => (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-');
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const stray = args.slice(first).find((arg) => !isPair(arg));
  if (stray !== undefined) throw new CommandError(`all resources must be specified before ${word} changes: ${stray}`);
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

export async function changePairs(call: PairCall, kubectl: Kubectl, kind: PairKind): Promise<void> {
  const { flags } = call;
  const dryRun = dryRunOf(flags['dry-run'], kubectl);
  const { resources, pairs: words } = splitPairs(call.args, kind.word);
  const pairs = kind.parse(words);
  if (flags.list && flags.output) throw new CommandError('--list and --output may not be specified together');
  checkFlags(call, resources, pairs, kind);
  kind.check(pairs);
  const namespace = await kubectl.namespace();
  const selected = await select(kubectl, {
    files: flags,
    namespace: namespace.name,
    enforceNamespace: namespace.isExplicit,
    continueOnError: true,
    ...(flags.local
      ? { local: true }
      : {
          args: resources,
          isTypeEnough: flags.all,
          labelSelector: flags.selector,
          fieldSelector: flags['field-selector'],
          allNamespaces: flags['all-namespaces'],
          latest: true,
        }),
  });
  if (!selected.isSingleItem && flags['resource-version']) throw new CommandError('--resource-version may only be used with a single resource');
  await selected.visit(async (info) => {
    const before = info.content;
    const after = changed(before, pairs, kind, flags);
    const isSent = dryRun !== 'client' && !flags.local && !flags.list;
    if (isSent && kind.tellsMissing)
      for (const name of pairs.remove) if (fieldOf(before, kind)[name] === undefined) kubectl.print(`label "${name}" not found.\n`);
    if (isSent && info.client) {
      const base = flags['resource-version'] ? withRevision(before, undefined) : before;
      const write = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
      info.refresh(await info.client.patch({ namespace: info.namespace, name: info.name }, 'merge', mergePatchBetween(base, after), write));
    } else info.object = after;
    if (flags.list) return list(info, kind, selected.isSingleItem, kubectl);
    const report = await reporter(flags, kubectl, kind.operation(before, after, flags.overwrite), dryRun);
    report(info.content);
  });
}

function checkFlags({ flags }: PairCall, resources: readonly string[], { set, remove }: Pairs, { word, exampleFile }: PairKind): void {
  if (flags.all && flags.selector) throw new CommandError('cannot set --all and --selector at the same time');
  if (flags.all && flags['field-selector']) throw new CommandError('cannot set --all and --field-selector at the same time');
  const hasFiles = flags.filename.length > 0 || flags.kustomize !== '';
  if (flags.local) {
    if (flags['dry-run'] === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (resources.length)
      throw new CommandError(`can only use local files by -f ${exampleFile}.yaml or --filename=${exampleFile}.json when --local=true is set`);
    if (!hasFiles) throw new CommandError(`one or more files must be specified as -f ${exampleFile}.yaml or --filename=${exampleFile}.json`);
  } else if (!resources.length && !hasFiles) throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (!Object.keys(set).length && !remove.length && !flags.list) throw new CommandError(`at least one ${word} update is required`);
}

const fieldOf = (object: JsonObject, { field }: PairKind): JsonObject => {
  const value = metadataOf(object)[field];
  return isJsonObject(value) ? value : {};
};

function withRevision(object: JsonObject, revision: string | undefined): JsonObject {
  const { resourceVersion: _resourceVersion, ...metadata } = metadataOf(object);
  return { ...object, metadata: revision === undefined ? metadata : { ...metadata, resourceVersion: revision } };
}

function changed(object: JsonObject, pairs: Pairs, kind: PairKind, flags: PairCall['flags']): JsonObject {
  const present = fieldOf(object, kind);
  if (!flags.overwrite) kind.checkOverwrites(present, pairs);
  const removed = new Set(pairs.remove);
  const kept = Object.entries({ ...present, ...pairs.set }).filter(([key]) => !removed.has(key));
  const { [kind.field]: _before, ...metadata } = metadataOf(object);
  const after = { ...object, metadata: kept.length ? { ...metadata, [kind.field]: Object.fromEntries(kept) } : metadata };
  return flags['resource-version'] ? withRevision(after, flags['resource-version']) : after;
}

function list(info: Info, kind: PairKind, isAlone: boolean, kubectl: Kubectl): void {
  const object = info.content;
  const group = info.resource?.group ?? '';
  if (!isAlone) kubectl.print(`Listing ${kind.field} for ${String(object['kind'])}.${group}/${info.name}:\n`);
  for (const [key, value] of Object.entries(fieldOf(object, kind))) kubectl.print(`${isAlone ? '' : ' '}${key}=${String(value)}\n`);
}
