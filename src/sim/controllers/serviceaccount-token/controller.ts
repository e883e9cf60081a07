// Fills secrets that ask for the token of a service account, and takes those away whose account is gone.
// Models kubernetes/pkg/controller/serviceaccount/tokens_controller.go
import type { Secret, ServiceAccount } from '../../../kube/api/core-v1.ts';
import { secrets, serviceAccounts } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { keyOf, splitKey } from '../../../kube/machinery/object.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import type { ControllerContext } from '../context.ts';

const TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function serviceAccountTokenController({ client, informers, clock, log, settings }: ControllerContext): Component {
  const all = informers.of(secrets);
  const accounts = informers.of(serviceAccounts);
  const queue = new WorkQueue({ clock, sync, failed: (key, error) => log.warn('service account token not kept', { key, error: messageOf(error) }) });

  const accountOf = ({ metadata: { annotations, namespace = '' } }: Secret): string => `${namespace}/${annotations?.[ACCOUNT_NAME] ?? ''}`;

  function listen(): void {
    const secretChanged = (secret: Secret): void => {
      if (secret.type === TYPE) queue.add(keyOf(secret));
    };
    all.addHandler({ added: secretChanged, updated: secretChanged });
    const accountChanged = (account: ServiceAccount): void => {
      const key = keyOf(account);
      for (const secret of all.list()) if (secret.type === TYPE && accountOf(secret) === key) queue.add(keyOf(secret));
    };
    accounts.addHandler({ added: accountChanged, deleted: accountChanged });
  }

  async function sync(key: string): Promise<void> {
    const { namespace = '', name } = splitKey(key);
    const secret = all.get(name, namespace);
    if (!secret || secret.metadata.deletionTimestamp || !settings.tokenFor) return;
    const account = accounts.get(secret.metadata.annotations?.[ACCOUNT_NAME] ?? '', namespace);
    const uid = secret.metadata.annotations?.[ACCOUNT_UID];
    try {
      if (!account || (uid && uid !== account.metadata.uid)) await remove(secret, namespace);
      else await fill(secret, account, settings.tokenFor);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function remove({ metadata: { name = '', uid, resourceVersion } }: Secret, namespace: string): Promise<void> {
    await client.delete(secrets, name, { namespace, preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) } });
  }

  async function fill(secret: Secret, account: ServiceAccount, tokenFor: NonNullable<typeof settings.tokenFor>): Promise<void> {
    const { data = {}, metadata } = secret;
    const wanted = { 'ca.crt': base64(settings.rootCa), namespace: base64(metadata.namespace ?? '') };
    const isFull = data['ca.crt'] === wanted['ca.crt'] && Boolean(data['namespace']) && Boolean(data['token']) && Boolean(metadata.annotations?.[ACCOUNT_UID]);
    if (isFull) return;
    await client.update(secrets, {
      ...secret,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [ACCOUNT_UID]: account.metadata.uid ?? '' } },
      data: { ...wanted, ...data, 'ca.crt': wanted['ca.crt'], token: data['token'] ?? base64(tokenFor(account, metadata.name ?? '')) },
    });
  }

  return controllerComponent({ name: 'serviceaccount-token', informers: [all, accounts], queues: [queue], listen });
}
