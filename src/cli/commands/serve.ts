// ckadet serve: the background process of one simulated cluster. Started by `up`, which it tells when it is ready.
import { inspect } from 'node:util';
import { clusterFolder, loadClusterRecord, saveClusterRecord } from '../../cluster/cluster-record.ts';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { errnoOf, writeFileAtomic } from '../../platform/files.ts';
import { lineLogger } from '../../platform/logger.ts';
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
    const log = lineLogger(
      (line) => void process.stderr.write(line),
      () => clock.now(),
    );
    starter.progress('starting the control plane');
    const { startSimulator } = await import('../../sim/simulator.ts');
    const simulator = await startSimulator({
      name,
      directory: folder.data,
      port: record.port,
      workers: record.workers,
      disable: new Set(record.disable),
      clock,
      log,
      seed: record.seed,
    });
    try {
      await writeFileAtomic(folder.kubeconfig, simulator.kubeconfig, { mode: 0o600 });
      const running = { ...record, port: simulator.port, server: simulator.server, unsupported: [...simulator.unsupported] };
      await saveClusterRecord(home, { ...running, process: (await identify(process.pid)) ?? { pid: process.pid } });
      starter.progress('waiting for the nodes to be Ready');
      await Promise.race([simulator.ready(), aborted(ended)]);
      if (!ended.aborted) {
        starter.ready();
        log.info('ready', { server: simulator.server });
        await aborted(ended);
        await saveClusterRecord(home, running);
      }
    } finally {
      log.info('stopping');
      await simulator.stop();
    }
  } catch (error) {
    const failure = asFailure(name, error);
    const { code, what, why, next, exitCode } = failure;
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
