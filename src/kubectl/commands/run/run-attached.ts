// The second half of `kubectl run -i`: attached to the pod until it has ended, with the exit code of its container. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/run/run.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { isNotFound, notFound } from '../../../kube/machinery/status-error.ts';
import { BareError, CommandError } from '../../failures.ts';
import type { Kubectl } from '../../kubectl.ts';
import { metadataOf, textField } from '../../resources/info.ts';
import { untilDone } from '../../resources/until.ts';
import { attachOrShow, showOutput, type Attachment } from '../../streams/attaching.ts';
import { hasEnded, listField, objectField, phaseOf, statusOf } from '../../streams/pod-fields.ts';
import { PODS } from '../../streams/pods-of.ts';
import { builtIn } from '../create/generated.ts';

interface RunAttached {
  readonly pod: JsonObject;
  readonly wishes: Pick<Attachment, 'stdin' | 'tty' | 'quiet'>;
  readonly timeoutMs: number;
  readonly restart: string;
  readonly leavesStdinOpen: boolean;
}

/** Rejects with how the container ended where that counts: a pod that is not started again. */
export async function runAttached(kubectl: Kubectl, { pod: made, wishes, timeoutMs, restart, leavesStdinOpen }: RunAttached): Promise<void> {
  const pod = await untilPod(kubectl, made, timeoutMs, (each) => hasEnded(each) || isRunningAndReady(each));
  const attachment: Attachment = { ...wishes, pod, container: '', commandName: 'kubectl attach' };
  await (hasEnded(pod) ? showOutput(kubectl, attachment) : attachOrShow(kubectl, attachment));
  if (leavesStdinOpen || restart === 'Always') return;
  const ended = await untilPod(kubectl, made, timeoutMs, (each) => (restart === 'OnFailure' ? phaseOf(each) === 'Succeeded' : hasEnded(each)));
  if (phaseOf(ended) !== 'Failed') return;
  const { namespace, name } = placeOf(ended);
  const [status = {}] = listField(statusOf(ended), 'containerStatuses');
  const terminated = objectField(objectField(status, 'state'), 'terminated');
  const code = Number(terminated['exitCode'] ?? 0);
  if (!code) throw new CommandError(`pod ${namespace}/${name} failed with unknown exit code`);
  throw new BareError(`pod ${namespace}/${name} terminated (${textField(terminated, 'reason')})\n${textField(terminated, 'message')}`, code);
}

const isRunningAndReady = (pod: JsonObject): boolean =>
  phaseOf(pod) === 'Running' && listField(statusOf(pod), 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');

const placeOf = (object: JsonObject): { readonly namespace: string; readonly name: string } => ({
  namespace: textField(metadataOf(object), 'namespace'),
  name: textField(metadataOf(object), 'name'),
});

async function untilPod(kubectl: Kubectl, made: JsonObject, timeoutMs: number, isDone: (pod: JsonObject) => boolean): Promise<JsonObject> {
  const { namespace, name } = placeOf(made);
  const client = await kubectl.client(PODS);
  let wasThere = false;
  const pod = await untilDone(
    {
      client,
      namespace,
      name,
      timeoutMs,
      timedOut: () => new CommandError('timed out waiting for the condition'),
      isDone(object) {
        if (!object && wasThere) throw notFound({ group: '', resource: 'pods' }, '');
        wasThere ||= object !== undefined;
        return object !== undefined && isDone(object);
      },
    },
    kubectl.ports,
  );
  return pod ?? made;
}

const RESOURCES: Readonly<Record<string, string>> = { Pod: 'pods', Service: 'services' };

/** What --rm takes away, said unless it should be quiet; what has gone already is fine. */
export async function removeMade(kubectl: Kubectl, objects: readonly JsonObject[], quiet: boolean): Promise<void> {
  for (const object of objects) {
    const kind = textField(object, 'kind');
    const { namespace, name } = placeOf(object);
    const client = await kubectl.client(builtIn('', 'v1', RESOURCES[kind] ?? ''));
    const isGone = await client.delete({ namespace, name }, { propagationPolicy: 'Background' }).then(
      () => false,
      (error: unknown) => {
        if (isNotFound(error)) return true;
        throw error;
      },
    );
    if (!isGone && !quiet) kubectl.print(`${kind.toLowerCase()} "${name}" deleted from ${namespace} namespace\n`);
  }
}
