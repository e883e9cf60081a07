// kubectl rollout status: how far a rollout is, until it is done. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_status.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool, duration, int } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';
import { statusViewerFor } from '../../revisions/rollout-progress.ts';
import type { Info } from '../../resources/info.ts';
import { untilDone } from '../../resources/until.ts';
import { requireSubject, sayNothingFound, selectSubject, SUBJECT_FLAGS } from './rollout-flags.ts';

interface Awaited {
  readonly revision: number;
  readonly timeoutMs: number;
  readonly watches: boolean;
}

export const command = defineCommand({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  long: 'Shows how far a rollout is, and goes on until it is done.\n\n With --watch=false it says how things stand and ends. A rollout that begins meanwhile is followed too, unless --revision says which one is meant.',
  examples: `# Until a deployment is rolled out
kubectl rollout status deployment/web

# How things stand
kubectl rollout status deployment/web --watch=false`,
  flags: {
    ...SUBJECT_FLAGS,
    revision: int('Follow this revision alone, and fail when another takes its place; 0 follows the last.'),
    timeout: duration('How long to wait at most; 0 waits for ever.'),
    watch: bool('Go on until the rollout is done.', { preset: true, short: 'w' }),
  },
  interruptedExit: 1,
  async run(call, kubectl) {
    requireSubject(call);
    const { revision, timeout, watch } = call.flags;
    if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`);
    const selected = await selectSubject(call, kubectl);
    let found = 0;
    await selected.visit(async (info) => {
      found++;
      await follow(info, kubectl, { revision, timeoutMs: timeout, watches: watch });
    });
    if (!found) await sayNothingFound(kubectl);
  },
});

async function follow({ resource, client, namespace, name }: Info, kubectl: Kubectl, { revision, timeoutMs, watches }: Awaited): Promise<void> {
  if (!resource || !client) throw new Error(`${name} belongs to no resource of the server`);
  const progressOf = statusViewerFor(resource);
  let wasThere = false;
  await untilDone(
    {
      client,
      namespace,
      name,
      timeoutMs,
      timedOut: () => new CommandError('timed out waiting for the condition'),
      isDone(object) {
        if (!object && wasThere) throw new CommandError('object has been deleted');
        if (!object) return false;
        wasThere = true;
        const { text, isDone } = progressOf(object, revision);
        kubectl.print(text);
        return isDone || !watches;
      },
    },
    kubectl.ports,
  );
}
