// kubectl patch: changes fields of an object by a patch. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import { PATCH_CONTENT } from '../../kube/client/http-client.ts';
import { jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { isStatusError } from '../../kube/machinery/status-error.ts';
import { parseYaml, YamlProblem } from '../../kube/machinery/yaml.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, string, type FlagSpecs } from '../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS, SUBRESOURCE } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';
import { fileReason } from '../resources/sentences.ts';
import { dryRunOf, type DryRun } from '../writes/dry-run.ts';
import { patchedLocally, type LocalPatchType } from '../writes/local-patch.ts';
import { mergePatchBetween } from '../writes/merge-patch.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter } from '../writes/report.ts';

const TYPES: readonly string[] = ['json', 'merge', 'strategic'] satisfies LocalPatchType[];

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is patched'),
  record: RECORD,
  patch: string('Patch, as JSON or YAML.', { short: 'p' }),
  'patch-file': string('File of the patch.'),
  type: string(`Kind of patch: ${TYPES.join(', ')}.`, { preset: 'strategic' }),
  'dry-run': DRY_RUN,
  local: bool('Ask no server: patch what the file holds and print it.'),
  'field-manager': fieldManager('kubectl-patch'),
  subresource: SUBRESOURCE,
} as const satisfies FlagSpecs;
type PatchCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  long: 'Changes fields of an object by a strategic merge patch, a JSON merge patch or a JSON patch.\n\n Custom resources have no strategic merge patch.',
  examples: `# Lists of named things are merged
kubectl patch pod web -p '{"spec":{"containers":[{"name":"web","image":"nginx:1.27"}]}}'

# Step by step
kubectl patch pod web --type=json -p='[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:1.27"}]'

# A part of its own
kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
  flags,
  async run(call, kubectl) {
    const dryRun = dryRunOf(call.flags['dry-run'], kubectl);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const type = check(call, dryRun);
    const patch = await readPatch(call, kubectl);
    const selected = await select(kubectl, {
      args: call.args,
      files: call.flags,
      namespace,
      enforceNamespace: isExplicit,
      continueOnError: true,
      local: call.flags.local,
      subresource: call.flags.subresource,
    });
    let count = 0;
    await selected.visit(async (info) => {
      count++;
      const after =
        call.flags.local || dryRun === 'client'
          ? patchedLocally(type, info.content, patch.value)
          : await patchOnServer(info, call, { type, patch: patch.text, isDryRun: dryRun === 'server' });
      // Whether it was only tried is not told here.
      const report = await reporter(call.flags, kubectl, jsonEqual(info.content, after) ? 'patched (no change)' : 'patched');
      report(await withRecord(info, after, call, dryRun));
    });
    if (count === 0) throw new CommandError('no objects passed to patch');
  },
});

function check({ args, flags: given }: PatchCall, dryRun: DryRun): LocalPatchType {
  const { patch, 'patch-file': file, local, type } = given;
  if (patch && file) throw new CommandError('cannot specify --patch and --patch-file together');
  if (!patch && !file) throw new CommandError('must specify --patch or --patch-file containing the contents of the patch');
  if (local && args.length) throw new CommandError('cannot specify --local and server resources');
  if (local && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  const word = type.toLowerCase() || 'strategic';
  if (!TYPES.includes(word)) throw new CommandError(`--type must be one of [${TYPES.join(' ')}], not ${goQuote(type)}`);
  return word as LocalPatchType;
}

interface Patch {
  /** As it is sent. */
  readonly text: string;
  readonly value: JsonValue;
}

async function readPatch({ flags: given }: PatchCall, { ports }: Kubectl): Promise<Patch> {
  const file = given['patch-file'];
  let text = given.patch;
  if (file)
    try {
      text = Buffer.from(await ports.files.read(file)).toString('utf8');
    } catch (error) {
      throw new CommandError(`unable to read patch file: ${goOpen(file, error)}`);
    }
  // What begins as JSON is for the server to read.
  if (/^\s*\{/.test(text)) {
    const value = jsonOf(text);
    return value === undefined ? { text, value: {} } : { text, value };
  }
  try {
    const value = parseYaml(text).value as JsonValue;
    return { text: sortedGoJson(value), value };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new CommandError(`unable to parse ${goQuote(given.patch)}: ${error.message}`);
  }
}
function jsonOf(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined; // no JSON after all
  }
}

const goOpen = (file: string, error: unknown): string =>
  `${(error as NodeJS.ErrnoException).code === 'EISDIR' ? 'read' : 'open'} ${file}: ${fileReason(error)}`;

async function patchOnServer(
  info: Info,
  { flags: given }: PatchCall,
  { type, patch, isDryRun }: { readonly type: LocalPatchType; readonly patch: string; readonly isDryRun: boolean },
): Promise<JsonObject> {
  const { client, resource, namespace, name } = info;
  if (!client || !resource) throw new Error('no server to patch on');
  try {
    const place = { namespace, name, subresource: given.subresource };
    return await client.patch(place, type, patch, { fieldManager: given['field-manager'], dryRun: isDryRun });
  } catch (error) {
    if (!isStatusError(error, 'UnsupportedMediaType')) throw error;
    const { group, version, kind } = resource;
    throw new CommandError(`${PATCH_CONTENT[type]} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`);
  }
}

/** With --record the annotation comes by a patch of its own; that it fails is no failure. */
async function withRecord(info: Info, after: JsonObject, call: PatchCall, dryRun: DryRun): Promise<JsonObject> {
  const { client, namespace, name } = info;
  if (!call.flags.record || call.flags.local || dryRun === 'client' || !client) return after;
  const patch = mergePatchBetween(after, recorded(call, after));
  const write = { fieldManager: call.flags['field-manager'], dryRun: dryRun === 'server' };
  return client.patch({ namespace, name, subresource: call.flags.subresource }, 'merge', patch, write).catch(() => after);
}
