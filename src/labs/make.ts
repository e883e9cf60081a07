// Makes the objects of a lab's files. What is there already is only touched when this lab has made it.
import { parseAllDocuments } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { serviceAccounts } from '../kube/api/resources.ts';
import type { JsonValue } from '../kube/machinery/json.ts';
import type { Draft, KubeObject } from '../kube/machinery/object.ts';
import { isAlreadyExists, isNotFound } from '../kube/machinery/status-error.ts';
import { delay } from '../platform/clock.ts';
import type { CheckContext } from './checks/check-context.ts';
import { resourceOf } from './kinds.ts';

const LOOK_AGAIN_MS = 100;
const NAMESPACE_MS = 15_000;

/** An object that the set-up made, to be removed at the end. */
export interface Made {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What the set-up has made so far; told of each object as soon as it is there. */
export interface MadeLog {
  readonly all: readonly Made[];
  add(made: Made): Promise<void>;
}

const sameObject = (a: Made, b: Made): boolean => a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;

export function inTheWay({ kind, name, namespace }: Pick<Made, 'kind' | 'name' | 'namespace'>): AppError {
  const { resource } = resourceOf(kind);
  return new AppError({
    code: 'IN_THE_WAY',
    what: `the lab cannot begin: there is a ${kind} ${name} already${namespace ? ` in the namespace ${namespace}` : ''}`,
    why: 'this lab did not make it, so it is left alone',
    next: [`if nobody needs it: kubectl delete ${resource} ${name}${namespace ? ` -n ${namespace}` : ''}`, 'or choose another variant: --seed N'],
    exitCode: EXIT.missingPrerequisite,
  });
}

/** Every document of a file. A second one of the same object changes the first. */
export async function makeObjects(context: CheckContext, file: string, log: MadeLog): Promise<void> {
  for (const document of parseAllDocuments(await context.file(file), { version: '1.1' })) {
    const [problem] = document.errors;
    if (problem)
      throw new AppError({
        code: 'LAB_INVALID',
        what: `${file} of the lab is not right`,
        why: problem.message.split('\n')[0] ?? '',
        exitCode: EXIT.invalidFile,
      });
    const object = document.toJS() as KubeObject | null;
    if (object) await makeOne(context, object, log);
  }
}

async function makeOne(context: CheckContext, object: KubeObject, log: MadeLog): Promise<void> {
  const { client } = context;
  const { kind, apiVersion } = object;
  const { name = '', namespace } = object.metadata;
  const made: Made = { kind, apiVersion, name, ...(namespace ? { namespace } : {}) };
  const resource = resourceOf(kind, apiVersion);
  const where = namespace ? { namespace } : {};
  try {
    await client.create(resource, object as Draft<KubeObject>, where);
    await log.add(made);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    if (!log.all.some((each) => sameObject(each, made))) throw inTheWay(made);
    await client.patch(resource, name, 'merge', object as unknown as JsonValue, where);
  }
  if (kind === 'Namespace') await namespaceReady(context, name);
}

/** A namespace is usable once its default service account is there: pods are refused before. */
async function namespaceReady({ client, clock, signal }: CheckContext, namespace: string): Promise<void> {
  for (const end = clock.now() + NAMESPACE_MS; clock.now() < end; await delay(clock, LOOK_AGAIN_MS, signal)) {
    const account = await client.get(serviceAccounts, 'default', { namespace }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (account) return;
  }
  throw new AppError({
    code: 'SETUP_TIMEOUT',
    what: `the namespace ${namespace} got no default service account within ${NAMESPACE_MS / 1000} s`,
    why: 'the controllers of the cluster do not run, or are very slow',
    next: ['see what runs: ckadet status'],
    exitCode: EXIT.timeout,
  });
}
