// Tokens that hosts join with: expired ones go, the others sign what hosts are told of the cluster. Models kubernetes/pkg/controller/bootstrap
import { createHmac } from 'node:crypto';
import type { ConfigMap, Secret } from '../../../kube/api/core-v1.ts';
import { configMaps, secrets } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

const TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
const TOKEN_NAMESPACE = 'kube-system';
const TOKEN_PREFIX = 'bootstrap-token-';
const INFO_NAMESPACE = 'kube-public';
const INFO_NAME = 'cluster-info';
const SIGNATURE_PREFIX = 'jws-kubeconfig-';

const isToken = ({ type, metadata }: Secret): boolean => type === TOKEN_TYPE && metadata.namespace === TOKEN_NAMESPACE;
const field = ({ data }: Secret, name: string): string => Buffer.from(data?.[name] ?? '', 'base64').toString('utf8');

/** Milliseconds the token has left; undefined for one that does not expire. A time that cannot be read has passed. */
function remainingMs(secret: Secret, nowMs: number): number | undefined {
  const text = field(secret, 'expiration');
  if (text === '') return undefined;
  const end = parseTime(text);
  return Number.isNaN(end) ? 0 : end - nowMs;
}

/** A JSON web signature without its content: `header..signature`. */
function detachedSignature(content: string, id: string, secret: string): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const signature = createHmac('sha256', secret)
    .update(`${header}.${encode(content)}`)
    .digest('base64url');
  return `${header}..${signature}`;
}

export function tokenCleaner({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(secrets);
  const queue = new WorkQueue({ clock, sync, failed: (key, error) => log.warn('token not cleaned', { key, error: messageOf(error) }) });

  async function sync(key: string): Promise<void> {
    const secret = all.getByKey(key);
    const remaining = secret && isToken(secret) ? remainingMs(secret, clock.now()) : undefined;
    if (!secret || remaining === undefined) return;
    if (remaining > 0) {
      queue.addAfter(key, remaining);
      return;
    }
    const { name = '', namespace = '', uid } = secret.metadata;
    await client.delete(secrets, name, { namespace, ...(uid ? { preconditions: { uid } } : {}) }).catch((error: unknown) => {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    });
  }

  return controllerComponent({
    name: 'tokencleaner',
    informers: [all],
    queues: [queue],
    listen: () =>
      onAnyChange(all, (secret) => {
        if (isToken(secret)) queue.add(keyOf(secret));
      }),
  });
}

export function bootstrapSigner({ client, informers, clock, log }: ControllerContext): Component {
  const allSecrets = informers.of(secrets);
  const allMaps = informers.of(configMaps);
  const queue = new WorkQueue({ clock, workers: 1, sync, failed: (key, error) => log.warn('cluster-info not signed', { key, error: messageOf(error) }) });
  const poke = (): void => queue.add(`${INFO_NAMESPACE}/${INFO_NAME}`);

  /** Signatures by the id of their token. */
  function signatures(content: string): Readonly<Record<string, string>> {
    const signed: Record<string, string> = {};
    for (const secret of allSecrets.list()) {
      const [id, key] = [field(secret, 'token-id'), field(secret, 'token-secret')];
      const usable = isToken(secret) && id && key && secret.metadata.name === `${TOKEN_PREFIX}${id}` && field(secret, 'usage-bootstrap-signing') === 'true';
      if (usable && (remainingMs(secret, clock.now()) ?? 1) > 0) signed[`${SIGNATURE_PREFIX}${id}`] = detachedSignature(content, id, key);
    }
    return signed;
  }

  async function sync(): Promise<void> {
    const info: ConfigMap | undefined = allMaps.get(INFO_NAME, INFO_NAMESPACE);
    const content = info?.data?.['kubeconfig'];
    if (!info || content === undefined) return;
    const others = Object.entries(info.data ?? {}).filter(([name]) => !name.startsWith(SIGNATURE_PREFIX));
    const data = { ...Object.fromEntries(others), ...signatures(content) };
    if (jsonEqual(data, info.data)) return;
    await client.update(configMaps, { ...info, data }).catch((error: unknown) => {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    });
  }

  return controllerComponent({
    name: 'bootstrapsigner',
    informers: [allSecrets, allMaps],
    queues: [queue],
    listen() {
      onAnyChange(allSecrets, (secret) => {
        if (isToken(secret)) poke();
      });
      onAnyChange(allMaps, ({ metadata }) => {
        if (metadata.name === INFO_NAME && metadata.namespace === INFO_NAMESPACE) poke();
      });
    },
  });
}
