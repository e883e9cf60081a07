// What `restart`, `pause` and `resume` do with each object: a patch, or a reason why not. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_pause.go
import { messageOf } from '../../../errors/app-error.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { Call } from '../../command.ts';
import { CommandError, throwAll } from '../../failures.ts';
import { fieldManager, PRINT_FLAGS } from '../../flags/sets.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { kindText, resourceText } from '../../resources/kind-text.ts';
import type { Info } from '../../resources/info.ts';
import { reporter } from '../../writes/report.ts';
import { requireSubject, sayNothingFound, selectSubject, SUBJECT_FLAGS } from './rollout-flags.ts';

export const PATCH_FLAGS = { ...PRINT_FLAGS, 'field-manager': fieldManager('kubectl-rollout'), ...SUBJECT_FLAGS } as const;

interface Change {
  /** What was done: `paused`. */
  readonly operation: string;
  /** For which kinds there is such a thing. */
  readonly kinds: readonly string[];
  /** Said of others: `pausing is not supported`. */
  readonly unsupported: string;
  /** The patch, or why there is none. Throws CommandError for an object that must not be changed. */
  readonly patchFor: (object: JsonObject, name: string) => JsonObject | CommandError;
}

export async function patchWorkloads(call: Call<typeof PATCH_FLAGS>, kubectl: Kubectl, change: Change): Promise<void> {
  requireSubject(call);
  const selected = await selectSubject(call, kubectl);
  const { infos, error } = await selected.infos();
  if (!infos.length && !error) return sayNothingFound(kubectl);
  const errors: Error[] = error ? [error] : [];
  for (const info of infos)
    try {
      await patch(info, change, call.flags['field-manager']);
      const report = await reporter(call.flags, kubectl, change.operation, 'none', { isTyped: true });
      report(info.content);
    } catch (failure) {
      errors.push(failure as Error);
    }
  throwAll(errors);
}

async function patch(info: Info, { kinds, unsupported, patchFor }: Change, manager: string): Promise<void> {
  const { resource, client, namespace, name } = info;
  if (!resource || !client) throw new Error(`${name} belongs to no resource of the server`);
  const refused = (why: string): CommandError => new CommandError(`error: ${resourceText(resource)} ${goQuote(name)} ${why}`);
  if (!kinds.includes(kindText(resource))) throw refused(unsupported);
  let changes: JsonObject | CommandError;
  try {
    changes = patchFor(info.content, name);
  } catch (error) {
    throw refused(messageOf(error));
  }
  if (changes instanceof CommandError) throw changes;
  try {
    info.refresh(await client.patch({ namespace, name }, 'strategic', changes, { fieldManager: manager }));
  } catch (error) {
    throw new CommandError(`failed to patch: ${messageOf(error)}`);
  }
}

export const isPaused = (object: JsonObject): boolean => (object['spec'] as JsonObject | undefined)?.['paused'] === true;
