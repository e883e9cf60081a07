// Waiting until an object is gone, or another stands under its name. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/wait/delete.go
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { metadataOf, textField, type Info } from './info.ts';
import { untilDone } from './until.ts';

/** What "for ever" means. */
export const A_WEEK_MS = 7 * 24 * 60 * 60_000;

/** `uid` is that of the object that was deleted, where it is known. With a time of 0 it is looked at once. */
export async function untilDeleted(info: Info, kubectl: Kubectl, timeoutMs: number, uid = ''): Promise<void> {
  const { client, name, namespace } = info;
  if (!name || !client) throw new CommandError('resource name must be provided');
  const found = await client.get({ namespace, name }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!found || (uid && textField(metadataOf(found), 'uid') !== uid)) return;
  if (timeoutMs === 0) throw new CommandError(`condition not met for ${info.objectName}`);
  await untilDone(
    {
      client,
      namespace,
      name,
      timeoutMs,
      timedOut: () => new CommandError(`timed out waiting for the condition on ${info.objectName}`),
      isDone: (object) => object === undefined || (uid !== '' && textField(metadataOf(object), 'uid') !== uid),
    },
    kubectl.ports,
  );
}
