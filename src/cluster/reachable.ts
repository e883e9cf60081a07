// A server that does not answer is no bug: says which one it is, through which context, and what to do.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { isStatusError } from '../kube/machinery/status-error.ts';
import { errnoOf } from '../platform/files.ts';

export interface Whereabouts {
  readonly server: string;
  readonly context: string;
  /** The simulated cluster behind it, undefined for a cluster of somebody else's. */
  readonly cluster: string | undefined;
  /** What to do where neither fits: for clusters that `ckadet cluster` made. */
  readonly next?: readonly string[];
}

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'there was no answer in time',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
};

/** What OpenSSL calls a certificate that it does not accept. */
const NOT_TRUSTED = /CERT|SSL|TLS|LEAF_SIGNATURE|INVALID_CA|HOSTNAME_MISMATCH/;

type Told = Pick<AppError, 'code' | 'what'> & { readonly why: string };

/** Undefined for what the API itself has refused, and for bugs. */
function inWords(error: Error, server: string): Told | undefined {
  if (isStatusError(error))
    return error.reason === 'Unauthorized'
      ? {
          code: 'NOT_RECOGNISED',
          what: `the server ${server} does not accept the credentials of the context`,
          why: 'they have expired or were withdrawn, or the cluster was made anew',
        }
      : undefined;
  const code = errnoOf(error) ?? '';
  const { message } = error;
  // Node advises an option of its own.
  if (NOT_TRUSTED.test(code))
    return { code: 'SERVER_NOT_TRUSTED', what: `the server ${server} cannot be trusted`, why: message.replace(/; if the root CA .*/s, '') };
  if (!WHY[code] && !message.includes('no answer within')) return undefined;
  return { code: 'SERVER_UNREACHABLE', what: `the server ${server} does not answer`, why: WHY[code] ?? message };
}

/** What kept the API from answering, as a person can use it; what the API itself has refused passes, but for those whom it does not know at all. */
export function unreachable(error: unknown, { server, context, cluster, next }: Whereabouts): unknown {
  const told = error instanceof Error && !(error instanceof AppError) ? inWords(error, server) : undefined;
  if (!told) return error;
  return new AppError({
    ...told,
    why: `${told.why}; the context is ${context}`,
    next:
      next ??
      (cluster
        ? [`see how the cluster is: ckadet status`, `start it: ckadet up ${cluster}`]
        : [
            `see whether kubectl reaches it: kubectl --context ${context} get nodes`,
            'start that cluster, or correct the context: kubectl config view',
            'use a simulated cluster instead: leave --context out',
          ]),
    exitCode: EXIT.missingPrerequisite,
    cause: error,
  });
}

/** The same client, whose calls reject so. Watches tell their end as before: whoever follows one connects again. */
export function sayingWhere(client: ApiClient, where: Whereabouts): ApiClient {
  const told = async <T>(call: Promise<T>): Promise<T> =>
    call.catch((error: unknown) => {
      throw unreachable(error, where);
    });
  return {
    get: (...call) => told(client.get(...call)),
    list: (...call) => told(client.list(...call)),
    create: (...call) => told(client.create(...call)),
    update: (...call) => told(client.update(...call)),
    patch: (...call) => told(client.patch(...call)),
    delete: (...call) => told(client.delete(...call)),
    deleteCollection: (...call) => told(client.deleteCollection(...call)),
    raw: (path) => told(client.raw(path)),
    watch: (...call) => client.watch(...call),
  };
}
