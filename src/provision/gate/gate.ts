// The one gate through which a host is changed: it looks first, journals, redacts, and in a dry run changes nothing.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { CommandResult, Host, RunOptions } from '../../hosts/host.ts';
import { hashes, upload, writeFile } from '../../hosts/host-files.ts';
import type { Clock } from '../../platform/clock.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import { type Action, type CommandAction, type FileAction, followersOf, type Task, type UploadAction } from '../plan/action.ts';
import type { PackageFolder } from '../packages/folder.ts';
import { keepBefore, LIST_DUE, noted } from '../host-state.ts';
import type { Journal } from './journal.ts';
import type { Redactor } from './redaction.ts';
import { lastLines } from '../words.ts';
import type { Values } from './values.ts';

const COMMAND_TIMEOUT_MS = 300_000;
/** The first command on a host may have to wait for what an earlier run left going (host-state.ts); later ones cannot, because only one run is at work. */
const EARLIER_RUN_MS = 930_000;
const CLEANING_TIMEOUT_MS = 30_000;
const TOLD_OUTPUT = 2_000;
const OWNER = 'root:root';

export interface GateOptions {
  readonly host: Host;
  readonly journal: Journal;
  readonly redactor: Redactor;
  readonly values: Values;
  readonly packages: PackageFolder | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

export interface TaskOutcome {
  /** What the actions that changed something, or would have, say. */
  readonly changes: readonly string[];
}

interface Verdict {
  readonly needed: boolean;
  readonly reason: string;
  /** Of files: the paths that are not as they shall be. */
  readonly paths?: ReadonlySet<string>;
}

export class Gate {
  readonly #options: GateOptions;
  /** What an earlier run left due on the host. */
  #due: Promise<ReadonlySet<string>> | undefined;
  /** Nothing of an earlier run goes on there any more. */
  #isAlone = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Carries out a task's actions in order. Rejects with STEP_FAILED at the first that fails; what was done before stays, and is not done again. */
  async carryOut(task: Task, onAction: (says: string) => void): Promise<TaskOutcome> {
    const changes: string[] = [];
    const changed = new Set<string>();
    for (const action of task.actions) {
      this.#options.signal.throwIfAborted();
      onAction(action.says);
      const verdict = await this.#look(task, action, changed);
      if (!verdict.needed) {
        if (!this.#options.dryRun) await this.#note(task, action, { outcome: 'unchanged', reason: verdict.reason });
        continue;
      }
      if (!this.#options.dryRun) await this.#change(task, action, verdict);
      if (action.kind === 'command' && action.looks) continue;
      changed.add(action.id);
      changes.push(action.says);
    }
    if (!this.#options.dryRun) await this.#options.journal.write({ host: task.host, task: task.id, action: '', says: '', reason: '', outcome: 'task-done' });
    return { changes };
  }

  async #look(task: Task, action: Action, changed: ReadonlySet<string>): Promise<Verdict> {
    if (action.kind !== 'command') return this.#differs(action);
    if (action.onChangeOf && !action.onChangeOf.some((id) => changed.has(id)) && !(await this.#isDue(`${task.phase}/${action.id}`)))
      return { needed: false, reason: 'nothing it depends on changed' };
    if (action.unless === undefined) return { needed: true, reason: action.onChangeOf ? 'something it depends on changed' : 'it is run each time' };
    const { exitCode } = await this.#run(action.unless);
    return exitCode === 0 ? { needed: false, reason: 'it is done already' } : { needed: true, reason: 'it is not done yet' };
  }

  async #isDue(id: string): Promise<boolean> {
    this.#due ??= this.#run(LIST_DUE).then(({ stdout }) => new Set(stdout.split('\n')));
    return (await this.#due).has(id);
  }

  /** One look at the host for all files of the action. */
  async #differs(action: FileAction | UploadAction): Promise<Verdict> {
    const wanted = await this.#wanted(action);
    const there = await hashes(this.#options.host, [...wanted.keys()], { as: 'root' });
    const reasons = new Map<string, string>();
    for (const [path, hash] of wanted) {
      const facts = there.get(path);
      if (!facts) reasons.set(path, 'the file is not there');
      else if (facts.sha256 !== hash) reasons.set(path, 'the file differs');
      else if (facts.owner !== OWNER) reasons.set(path, 'the file has another owner');
      else if (facts.mode !== modeOf(action)) reasons.set(path, 'the file has another mode');
    }
    const [reason] = reasons.values();
    return reason === undefined ? { needed: false, reason: 'the file is as it shall be' } : { needed: true, reason, paths: new Set(reasons.keys()) };
  }

  /** Path on the host → the hash that it shall have. */
  async #wanted(action: FileAction | UploadAction): Promise<ReadonlyMap<string, string | undefined>> {
    if (action.kind === 'file') return new Map([[action.path, sha256(await this.#options.values.fill(action.content))]]);
    return new Map(action.files.map(({ from, path }) => [path, this.#packages().sha256(from)]));
  }

  async #change(task: Task, action: Action, { reason, paths = new Set() }: Verdict): Promise<void> {
    const { clock, redactor } = this.#options;
    const looks = action.kind === 'command' && action.looks === true;
    if (!looks) await this.#note(task, action, { outcome: 'begun', reason });
    const from = clock.now();
    const result = await this.#carryOut(task, action, paths).catch(async (error: unknown) => {
      await this.#note(task, action, {
        outcome: 'failed',
        reason,
        durationMs: clock.now() - from,
        output: redactor.redact(messageOf(error)).slice(0, TOLD_OUTPUT),
      });
      throw error;
    });
    const durationMs = clock.now() - from;
    if (result.exitCode === 0) {
      await this.#note(task, action, { outcome: looks ? 'unchanged' : 'changed', reason, exitCode: 0, durationMs });
      return;
    }
    // Redacted before it is cut: half a secret is not known again.
    const output = redactor.redact(`${result.stdout}\n${result.stderr}`.trim());
    await this.#note(task, action, { outcome: 'failed', reason, exitCode: result.exitCode, durationMs, output: output.slice(-TOLD_OUTPUT) });
    throw new AppError({
      code: 'STEP_FAILED',
      what: `${task.host}: could not ${action.says}`,
      why: `exit code ${result.exitCode}${output ? `\n${lastLines(output, 12)}` : ''}`,
      next: [`all that was done: ${this.#options.journal.path}`, 'mend what it says and run the same command again: it goes on from there'],
      exitCode: EXIT.remoteCommand,
    });
  }

  async #carryOut(task: Task, action: Action, paths: ReadonlySet<string>): Promise<CommandResult> {
    const id = `${task.phase}/${action.id}`;
    if (action.kind === 'command') return this.#command(task, id, action);
    const kept = await this.#run(keepBefore(id, action.kind === 'file' ? [action.path] : action.files.map(({ path }) => path), followersOf(action, task)));
    if (kept.exitCode !== 0) return kept;
    const { host, signal, values } = this.#options;
    const options = { as: 'root', mode: modeOf(action), owner: OWNER, signal } as const;
    if (action.kind === 'file') await writeFile(host, action.path, await values.fill(action.content), options);
    else await this.#upload(action, paths, options);
    return kept;
  }

  async #upload(action: UploadAction, paths: ReadonlySet<string>, options: Parameters<typeof upload>[3] & object): Promise<void> {
    const packages = this.#packages();
    for (const { from, path } of action.files.filter((file) => paths.has(file.path))) {
      const hash = packages.sha256(from);
      await upload(this.#options.host, join(packages.path, from), path, { ...options, ...(hash === undefined ? {} : { sha256: hash }) });
    }
  }

  async #command(task: Task, id: string, action: CommandAction): Promise<CommandResult> {
    const { values } = this.#options;
    const script = await values.fill(action.script);
    const files = action.files ?? [];
    if (!files.length) return this.#timed(id, script, task, action);
    const removal = `rm -f ${files.map(({ path }) => shellQuoted(path)).join(' ')}`;
    try {
      for (const { path, content } of files) {
        const placed = await this.#run(`umask 077; mkdir -p "$(dirname ${shellQuoted(path)})"; cat > ${shellQuoted(path)}`, {
          input: await values.fill(content),
        });
        if (placed.exitCode === 0) continue;
        await this.#clean(removal);
        return placed;
      }
      // dash runs the trap of EXIT at a signal only when that signal has a trap too.
      return await this.#timed(id, script, task, action, `trap ${shellQuoted(removal)} EXIT\ntrap 'exit 1' HUP INT TERM\n`);
    } catch (error) {
      // A command that was ended from here may have had no time for its trap. One whose connection broke goes on, and needs its files.
      if (this.#options.signal.aborted || (error instanceof AppError && error.code === 'HOST_TIMEOUT')) await this.#clean(removal);
      throw error;
    }
  }

  /** Whatever else has failed, and also when the run was aborted. */
  async #clean(removal: string): Promise<void> {
    await this.#options.host.run(removal, { as: 'root', timeoutMs: CLEANING_TIMEOUT_MS }).catch(() => {});
  }

  async #timed(id: string, script: string, task: Task, action: CommandAction, prelude = ''): Promise<CommandResult> {
    const { values } = this.#options;
    const { input } = action;
    const given = input && ('file' in input ? createReadStream(join(this.#packages().path, input.file)) : await values.fill(input.text));
    const timeoutMs = action.timeoutMs ?? COMMAND_TIMEOUT_MS;
    const isFirst = !action.looks && !this.#isAlone;
    const result = await this.#run(`${prelude}${action.looks ? script : noted(id, script, action.unless, followersOf(action, task))}`, {
      ...(given === undefined ? {} : { input: given }),
      timeoutMs: isFirst ? timeoutMs + EARLIER_RUN_MS : timeoutMs,
    });
    if (isFirst) this.#isAlone = true;
    return result;
  }

  #packages(): PackageFolder {
    const { packages } = this.#options;
    if (!packages) throw new Error('a plan without a folder of packages brings files of it');
    return packages;
  }

  #run(script: string, options: Omit<RunOptions, 'as' | 'signal'> = {}): Promise<CommandResult> {
    const { host, signal } = this.#options;
    return host.run(script, { as: 'root', signal, timeoutMs: COMMAND_TIMEOUT_MS, ...options });
  }

  #note(
    task: Task,
    action: Action,
    outcome: Pick<Parameters<Journal['write']>[0], 'outcome' | 'reason' | 'exitCode' | 'durationMs' | 'output'>,
  ): Promise<void> {
    const command = action.kind === 'command' ? { command: action.script } : {};
    return this.#options.journal.write({ host: task.host, task: task.id, action: action.id, says: action.says, ...command, ...outcome });
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const modeOf = ({ mode = '0644' }: FileAction | UploadAction): number => Number.parseInt(mode, 8);
