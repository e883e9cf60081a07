// The gate for programs of this machine: journals, redacts, and in a dry run runs only what looks.
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Clock } from '../../../platform/clock.ts';
import { ensureFolder, writeFileAtomic } from '../../../platform/files.ts';
import type { ProgramResult } from '../../../platform/processes.ts';
import type { Progress } from '../../../platform/progress.ts';
import type { Journal } from '../../gate/journal.ts';
import type { Redactor } from '../../gate/redaction.ts';
import { capital, lastLines } from '../../words.ts';
import { commandLine, type LocalPlan, type LocalStep } from './local-plan.ts';
import type { Machine } from './machine.ts';

/** How journals call it. */
export const HERE = 'this machine';
const TOLD_LINES = 15;

export interface LocalGateOptions {
  readonly machine: Machine;
  readonly journal: Journal;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly explain: boolean;
}

/** Resolves with what was changed, or would be, and what the last program printed. Rejects with STEP_FAILED at the first that fails. */
export async function carryOutLocal(plan: LocalPlan, options: LocalGateOptions): Promise<{ readonly changes: readonly string[]; readonly stdout: string }> {
  const { progress, dryRun, explain } = options;
  const changes: string[] = [];
  let stdout = '';
  for (const step of plan.steps) {
    options.signal.throwIfAborted();
    if (explain) progress.note(`\n${capital(step.says)}: ${step.why}.\n  ${commandLine(step)}\n`);
    if (!dryRun || step.looks) {
      const result = await progress.step(capital(step.says), ({ update }) => runStep(plan, step, options, update));
      stdout = result.stdout;
    }
    if (!step.looks) changes.push(step.says);
  }
  return { changes, stdout };
}

async function runStep(plan: LocalPlan, step: LocalStep, options: LocalGateOptions, update: (detail: string) => void): Promise<ProgramResult> {
  const { machine, journal, redactor, clock, signal } = options;
  const command = commandLine(step);
  const note = (outcome: Omit<Parameters<Journal['write']>[0], 'host' | 'task' | 'action' | 'says' | 'command'>): Promise<void> =>
    journal.write({ host: HERE, task: `${plan.provider}/${HERE}`, action: step.id, says: step.says, command, ...outcome });
  const reason = step.why;
  const from = clock.now();
  if (!step.looks) await note({ outcome: 'begun', reason });
  const failed = async (output: string, exitCode?: number): Promise<void> =>
    note({ outcome: 'failed', reason, durationMs: clock.now() - from, output, ...(exitCode === undefined ? {} : { exitCode }) });
  try {
    for (const { path, content } of step.files ?? []) {
      await ensureFolder(dirname(path));
      await writeFileAtomic(path, content, { mode: 0o600 });
    }
    const onLine = (line: string): void => {
      if (line.trim()) update(redactor.redact(line.trim()));
    };
    const result = await machine.run(step.program, step.args, { env: plan.environment, timeoutMs: step.timeoutMs, signal, onLine });
    if (result?.exitCode === 0) {
      await note({ outcome: step.looks ? 'unchanged' : 'changed', reason, exitCode: 0, durationMs: clock.now() - from });
      return result;
    }
    const output = result ? lastLines(redactor.redact(`${result.stdout}\n${result.stderr}`.trim()), TOLD_LINES) : 'the program is not there any more';
    await failed(output, result?.exitCode);
    throw new AppError({
      code: 'STEP_FAILED',
      what: `could not ${step.says}`,
      why: `${command}\n${result ? `exit code ${result.exitCode}` : ''}${output ? `\n${output}` : ''}`,
      next: ['mend what it says and run the same command again', `all that was done: ${journal.path}`],
      exitCode: EXIT.remoteCommand,
    });
  } catch (error) {
    if (!(error instanceof AppError)) await failed(redactor.redact(messageOf(error)));
    throw error;
  }
}
