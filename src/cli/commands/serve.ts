// ckadet serve: the background process of one simulated cluster. Started by `up`, which it tells when it is ready.
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { clusterFolder, loadClusterRecord, saveClusterRecord } from '../../cluster/cluster-record.ts';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { withNamespaceOf } from '../../cluster/kept-namespace.ts';
import { ENDED_ON_PURPOSE, leaveLastWords, takeRoomForLastWords } from '../../cluster/last-words.ts';
import { errnoOf, readText, writeFileAtomic } from '../../platform/files.ts';
import { keepWithinSize } from '../../platform/log-file.ts';
import { lineLogger, withoutRepeats } from '../../platform/logger.ts';
import { identify } from '../../platform/process-identity.ts';
import { reportToStarter } from '../../platform/processes.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';

export const command = defineCommand({
  description:
    'Runs the server of a cluster in the foreground until it is told to end. `ckadet up` starts it in the background; you need it only to watch its log.',
  arguments: { name: { summary: 'the cluster', required: true, completes: 'clusters' } },
  examples: [{ command: 'ckadet serve cka', says: 'after: ckadet up, ckadet down' }],
  run: ({ name }, context) => context.interrupts.protect(() => serve(name, context)),
});

async function serve(name: string, { home, clock, signal }: CommandContext): Promise<void> {
  const stop = new AbortController();
  const starter = reportToStarter(() => stop.abort());
  const ended = AbortSignal.any([signal, stop.signal]);
  try {
    const record = await loadClusterRecord(home, name);
    if (!record)
      throw new AppError({ code: 'CLUSTER_NOT_FOUND', what: `there is no cluster ${name}`, next: [`make it: ckadet up ${name}`], exitCode: EXIT.usage });
    const folder = clusterFolder(home, name);
    const now = (): number => clock.now();
    const write = (line: string): void => {
      try {
        writeSync(2, line);
        keepWithinSize(folder.log, 2);
      } catch {
        // A disk without room takes no line; why the server ends is said in its last words.
      }
    };
    const log = withoutRepeats(lineLogger(write, now), now);
    await takeRoomForLastWords(folder.lastWords);
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined); // asked for below; it may come before
    starter.progress('starting the control plane');
    const { startSimulator } = await import('../../sim/simulator.ts');
    const simulator = await startSimulator({
      name,
      directory: folder.data,
      port: record.port,
      workers: record.workers,
      disable: new Set(record.disable),
      apiServerArguments: record.apiServerArguments ?? [],
      clock,
      log,
      seed: record.seed,
      onFailure: failed.reject,
    });
    try {
      await writeFileAtomic(folder.kubeconfig, withNamespaceOf(simulator.kubeconfig, await readText(folder.kubeconfig)), { mode: 0o600 });
      const { unfinished, ...finished } = { ...record, port: simulator.port, server: simulator.server, unsupported: [...simulator.unsupported] };
      const running = { ...finished, process: (await identify(process.pid)) ?? { pid: process.pid } };
      await saveClusterRecord(home, unfinished ? { ...running, unfinished } : running);
      starter.progress('waiting for the nodes to be Ready');
      await Promise.race([simulator.ready(), aborted(ended), failed.promise]);
      if (!ended.aborted) {
        if (unfinished) await saveClusterRecord(home, running);
        starter.ready();
        log.info('ready', { server: simulator.server });
        await Promise.race([aborted(ended), failed.promise]);
        await leaveLastWords(folder.lastWords, ENDED_ON_PURPOSE);
        await saveClusterRecord(home, finished);
      }
    } finally {
      log.info('stopping');
      await simulator.stop();
    }
  } catch (error) {
    const failure = asFailure(name, error);
    const { code, what, why, next, exitCode } = failure;
    await leaveLastWords(clusterFolder(home, name).lastWords, failure.message).catch(() => undefined); // the failure itself is told below
    await starter.failed({ code, what, ...(why ? { why } : {}), next, exitCode, ...(exitCode === EXIT.bug ? { detail: inspect(error) } : {}) });
    throw error;
  }
}

function asFailure(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  // Free when `up` looked, taken by the time the server asked for it.
  if (errnoOf(error) === 'EADDRINUSE')
    return new AppError({
      code: 'PORT_IN_USE',
      what: `the cluster ${name} cannot listen on its port`,
      why: messageOf(error),
      next: [`give it another: ckadet up ${name} --port 0`],
      exitCode: EXIT.missingPrerequisite,
      cause: error,
    });
  return new AppError({ code: 'SERVER_FAILED', what: `the server of ${name} failed`, why: messageOf(error), cause: error });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
