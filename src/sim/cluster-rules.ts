// What a cluster's record allows: what `up` may change, what makes way for a new cluster, and what it says of itself.
import { type ClusterFolder, type ClusterRecord, contextOf } from '../cluster/cluster-record.ts';
import type { UpRequest, UpResult } from '../cluster/provider.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { portOwner } from '../platform/ports.ts';
import { isAlive } from '../platform/process-identity.ts';

export const resultOf = (record: ClusterRecord, folder: ClusterFolder, outcome: UpResult['outcome']): UpResult => ({
  name: record.name,
  context: contextOf(record.name),
  kubeconfig: folder.kubeconfig,
  server: record.server ?? '',
  outcome,
});

/** The record of a server that was stopped on purpose. */
export function stopped({ process: _ended, ...record }: ClusterRecord): ClusterRecord {
  return record;
}

/** What was decided when the cluster was made cannot be changed by `up`; what is read at start can, while it is stopped. */
export function checkUnchanged(record: ClusterRecord, { name, workers, disable, port, apiServerArguments }: UpRequest, state: 'running' | 'stopped'): void {
  const usage = (code: string, why: string, next: string): AppError =>
    new AppError({ code, what: `the cluster ${name} stays as it is`, why, next: [next], exitCode: EXIT.usage });
  if (workers !== undefined && workers !== record.workers)
    throw usage(
      'WORKERS_FIXED',
      `it was made with ${record.workers} workers`,
      `make another: ckadet up NAME --workers ${workers}; or begin anew: ckadet down ${name} --delete`,
    );
  if (state === 'stopped') return;
  const sameParts = disable === undefined || (disable.size === record.disable.length && record.disable.every((part) => disable.has(part)));
  if (!sameParts)
    throw usage(
      'CLUSTER_RUNNING',
      `it runs ${record.disable.length ? `without ${record.disable.join(', ')}` : 'with all its parts'}`,
      `stop it first: ckadet down ${name}`,
    );
  if (apiServerArguments && apiServerArguments.join(' ') !== (record.apiServerArguments ?? []).join(' '))
    throw usage('CLUSTER_RUNNING', 'its API server runs with other arguments', `stop it first: ckadet down ${name}`);
  if (port !== undefined && port !== 0 && port !== record.port)
    throw usage('CLUSTER_RUNNING', `it listens on port ${record.port}`, `stop it first: ckadet down ${name}`);
}

/** No arguments are not written down. */
export const kept = (apiServerArguments: readonly string[] | undefined): Pick<ClusterRecord, 'apiServerArguments'> =>
  apiServerArguments?.length ? { apiServerArguments: [...apiServerArguments] } : {};

export async function portInUse(name: string, port: number): Promise<AppError> {
  const owner = await portOwner(port);
  return new AppError({
    code: 'PORT_IN_USE',
    what: `the cluster ${name} cannot listen on port ${port}`,
    why: `${owner ?? 'another program'} has that port now`,
    next: [`end that program, then: ckadet up ${name}`, `or give the cluster another port: ckadet up ${name} --port 0`],
    exitCode: EXIT.missingPrerequisite,
  });
}

/** Whether nobody will come back to it: its `up` never came to its end, or the work that it was made for has ended without it. */
export async function isLeftover({ unfinished, temporary }: ClusterRecord): Promise<boolean> {
  return temporary ? !(await isAlive(temporary)) : unfinished === true;
}

/** Refuses a temporary cluster where there is one, and one of a person's where a temporary one is. */
export function checkPurpose({ name, temporary }: ClusterRecord, { temporaryFor }: UpRequest): void {
  if (temporaryFor === undefined && !temporary) return;
  throw new AppError({
    code: 'NAME_TAKEN',
    what: `there is a cluster ${name} already`,
    why: temporary ? `a ${temporary.work} that is going on (pid ${temporary.pid}) made it and removes it at its end` : 'it was made for something else',
    next: ['choose another name: ckadet up NAME', 'see what there is: ckadet status'],
    exitCode: EXIT.usage,
  });
}
