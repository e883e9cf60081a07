// What the commands of `set` share: their flags, the objects they are for, and changing them one by one.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go
import { messageOf } from '../../../errors/app-error.ts';
import { builtInMergeSchema } from '../../../kube/machinery/built-in-merge.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { strategicDiff } from '../../../kube/machinery/strategic-diff.ts';
import { CommandError, throwAll } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { select } from '../../resources/builder.ts';
import type { Info } from '../../resources/info.ts';
import type { FileArguments } from '../../resources/sources.ts';
import { requireBuiltIn, typedForm } from '../../resources/typed-form.ts';
import type { DryRun } from '../../writes/dry-run.ts';
import type { Report } from '../../writes/report.ts';

export const SET_FLAGS = {
  ...PRINT_FLAGS,
  ...fileFlags('is changed'),
  all: bool('All objects of the types that are named.'),
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-set'),
  local: bool('Ask no server: change what the file holds and print it.'),
} as const;

export const ONLY_FILES = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

export interface Targets {
  readonly args: readonly string[];
  readonly files: FileArguments;
  readonly all: boolean;
  readonly local: boolean;
  readonly selector?: string;
  /** Arguments beside --local are passed over. */
  readonly toleratesArguments?: boolean;
}

/** The objects that are meant, as they are now. Rejects with what could not be had. */
export async function targetsOf(kubectl: Kubectl, { args, files, all, local, selector = '', toleratesArguments = false }: Targets): Promise<readonly Info[]> {
  const { name: namespace, isExplicit } = await kubectl.namespace();
  if (local && args.length && !toleratesArguments) throw new CommandError(ONLY_FILES);
  const common = { files, namespace, enforceNamespace: isExplicit, continueOnError: true };
  const remote = { args, isTypeEnough: all, labelSelector: selector, latest: true };
  const selected = await select(kubectl, local ? { ...common, local } : { ...common, ...remote });
  const { infos, error } = await selected.infos();
  if (error) throw error;
  for (const info of infos) {
    requireBuiltIn(info);
    info.object = typedForm(info.content);
  }
  return infos;
}

export interface Change {
  /** The changed object; undefined to leave it alone. What it throws is told with the object's name. */
  readonly change: (object: JsonObject, info: Info) => JsonObject | undefined | Promise<JsonObject | undefined>;
  /** Stands before what the server has against it. */
  readonly failed: string;
  /** An object that is as it should be is sent, and told of, all the same. */
  readonly sendsNothing?: boolean;
  readonly errors?: Error[];
}
export interface Sending {
  readonly local: boolean;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly report: Report;
}

/** Changes the objects and prints what has become of them. Rejects with everything that failed on the way. */
export async function changeTargets(
  infos: readonly Info[],
  { change, failed, sendsNothing = false, errors = [] }: Change,
  { local, dryRun, fieldManager: manager, report }: Sending,
): Promise<void> {
  const changed: { readonly info: Info; readonly after: JsonObject }[] = [];
  const refused: Error[] = [];
  for (const info of infos)
    try {
      const after = await change(info.content, info);
      if (after) changed.push({ info, after });
    } catch (error) {
      refused.push(new CommandError(`error: ${info.objectName} ${messageOf(error)}\n`));
    }
  errors.push(...refused);
  for (const { info, after } of changed) {
    const patch = strategicDiff(info.content, after, builtInMergeSchema(after));
    if (!Object.keys(patch).length && !sendsNothing) continue;
    if (local || dryRun === 'client' || !info.client) {
      report(after);
      continue;
    }
    const write = { fieldManager: manager, dryRun: dryRun === 'server' };
    try {
      report(await info.client.patch({ namespace: info.namespace, name: info.name }, 'strategic', patch, write));
    } catch (error) {
      errors.push(new CommandError(`${failed} ${messageOf(error)}`));
    }
  }
  throwAll(errors);
}
