// The one gate through which a host is changed: it looks first, journals, redacts, and in a dry run changes nothing.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { CommandResult, Host, RunOptions } from '../../hosts/host.ts';
import { type FileFacts, READ_BYTES, upload, writeFile, type WriteOptions } from '../../hosts/host-files.ts';
import type { Clock } from '../../platform/clock.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import { type Action, type CommandAction, type FileAction, followersOf, type Task, type UploadAction, type ValueSpec } from '../plan/action.ts';
import { undoOf } from '../plan/undo.ts';
import { valuesIn } from '../plan/values.ts';
import type { PackageFolder } from '../packages/folder.ts';
import { keepBefore, LIST_DUE, noted } from '../host-state.ts';
import type { Journal } from './journal.ts';
import { type Finding, findings, type Look, lookAtFiles, lookByTest, looksScript } from './looks.ts';
import type { Redactor } from './redaction.ts';
import { lastLines } from '../words.ts';
import type { Values } from './values.ts';

const COMMAND_TIMEOUT_MS = 300_000;
/** The first command on a host may have to wait for what an earlier run left going (host-state.ts); later ones cannot, because only one run is at work. */
const EARLIER_RUN_MS = 930_000;
const VALUE_TIMEOUT_MS = 120_000;
const AGAIN = 'run the same command again: it goes on from there';
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

type Note = Omit<Parameters<Journal['write']>[0], 'outcome'>;

/** A script for root that is a step of no plan. */
export interface Once extends Pick<Note, 'task' | 'action' | 'says' | 'reason'> {
  readonly script: string;
  /** Left out: 5 minutes. */
  readonly timeoutMs?: number;
  /** An abort of the run does not end it. */
  readonly outlivesRun?: boolean;
}

interface Verdict {
  readonly needed: boolean;
  readonly reason: string;
  /** Of files: the paths that are not as they shall be. */
  readonly paths?: ReadonlySet<string>;
}

/** How the verdict on an action is found: there is one already, or the host is looked at; `done` is said when nothing is to do. */
type Way = Verdict | { readonly look: Look; readonly done: string };
const AS_WANTED = 'the file is as it shall be';

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
    const verdicts: Verdict[] = [];
    for (const [i, action] of task.actions.entries()) {
      this.#options.signal.throwIfAborted();
      onAction(action.says);
      if (!verdicts.length) verdicts.push(...(await this.#lookFrom(task, i, changed)));
      const verdict = verdicts.shift();
      if (!verdict) throw new Error(`${task.id}: the look at ${action.id} said nothing`);
      if (!verdict.needed) {
        if (!this.#options.dryRun) await this.#options.journal.write({ ...noteOf(task, action), outcome: 'unchanged', reason: verdict.reason });
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

  /** Runs a script that is a step of no plan, between the same notes; the host keeps none of it. Resolves with what it printed; rejects with STEP_FAILED. */
  runOnce(once: Once): Promise<string> {
    return this.#once(once);
  }

  /** Has the host make a value. A secret is known to the redactor before anything is said of it. */
  async make({ name, says, script, secret }: ValueSpec): Promise<string> {
    const { host, redactor } = this.#options;
    const once = { task: `values/${host.name}`, action: name, says: `get ${says}`, reason: 'something needs it', script, timeoutMs: VALUE_TIMEOUT_MS };
    const value = (await this.#once(once, secret ? (stdout) => redactor.add(stdout) : undefined)).trim();
    if (value) return value;
    throw this.#failure(once.says, { exitCode: 0, stdout: '', stderr: 'it printed nothing' }, AGAIN);
  }

  async #once({ script, timeoutMs = COMMAND_TIMEOUT_MS, outlivesRun = false, ...note }: Once, told?: (stdout: string) => void): Promise<string> {
    const { host, signal, dryRun } = this.#options;
    if (dryRun) throw new Error(`a dry run would ${note.says}`);
    const work = (): Promise<CommandResult> => host.run(script, { as: 'root', timeoutMs, ...(outlivesRun ? {} : { signal }) });
    const result = await this.#journaled({ ...note, host: host.name, command: script }, false, work, told);
    if (result.exitCode === 0) return result.stdout;
    throw this.#failure(note.says, result, AGAIN);
  }

  /** The verdict on that action and on those after it, up to the first that is needed, by one look at the host. */
  async #lookFrom(task: Task, first: number, changed: ReadonlySet<string>): Promise<readonly Verdict[]> {
    const ways: Way[] = [];
    for (const action of task.actions.slice(first)) {
      // Values are made when something needs them: not ahead of what comes before.
      if (ways.length && action.kind === 'file' && valuesIn(action.content).length) break;
      const way = action.kind === 'command' ? await this.#wayOf(task, action, changed) : { look: lookAtFiles(await this.#wanted(action)), done: AS_WANTED };
      ways.push(way);
      if ('needed' in way && way.needed) break;
    }
    const found = (await this.#findings(ways.flatMap((way) => ('look' in way ? [way.look] : [])))).values();
    const verdicts: Verdict[] = [];
    for (const way of ways) {
      const verdict = 'look' in way ? judged(way, found.next().value) : way;
      if (!verdict) break;
      verdicts.push(verdict);
      if (verdict.needed) break;
    }
    return verdicts;
  }

  async #wayOf(task: Task, action: CommandAction, changed: ReadonlySet<string>): Promise<Way> {
    if (action.onChangeOf && !action.onChangeOf.some((id) => changed.has(id)) && !(await this.#isDue(`${task.phase}/${action.id}`)))
      return { needed: false, reason: 'nothing it depends on changed' };
    if (action.unless === undefined) return { needed: true, reason: action.onChangeOf ? 'something it depends on changed' : 'it is run each time' };
    return { look: lookByTest(action.unless), done: 'it is done already' };
  }

  async #findings(looks: readonly Look[]): Promise<readonly Finding[]> {
    if (!looks.length) return [];
    const { exitCode, stdout, stderr } = await this.#run(looksScript(looks));
    if (exitCode === 0) return findings(looks, stdout);
    const { where, name } = this.#options.host;
    throw new AppError({
      code: 'HOST_FILE',
      what: `cannot look at what there is on ${where}`,
      why: stderr.trim() || `exit code ${exitCode}`,
      next: [`see what it says there: ckadet cluster ssh ${name}`],
      exitCode: EXIT.remoteCommand,
    });
  }

  async #isDue(id: string): Promise<boolean> {
    this.#due ??= this.#run(LIST_DUE).then(({ stdout }) => new Set(stdout.split('\n')));
    return (await this.#due).has(id);
  }

  /** Path on the host → what it shall be. */
  async #wanted(action: FileAction | UploadAction): Promise<ReadonlyMap<string, FileFacts>> {
    const facts = (hash: string | undefined): FileFacts => ({ sha256: hash ?? '', mode: modeOf(action), owner: OWNER });
    if (action.kind === 'file') return new Map([[action.path, facts(sha256(await this.#options.values.fill(action.content)))]]);
    return new Map(action.files.map(({ from, path }) => [path, facts(this.#packages().sha256(from))]));
  }

  async #change(task: Task, action: Action, { reason, paths = new Set() }: Verdict): Promise<void> {
    const looks = action.kind === 'command' && action.looks === true;
    const result = await this.#journaled({ ...noteOf(task, action), reason }, looks, () => this.#carryOut(task, action, paths));
    if (result.exitCode !== 0) throw this.#failure(action.says, result, 'mend what it says and run the same command again: it goes on from there');
  }

  /** Does the work between its notes; whoever only looks begins nothing and has changed nothing. `told`: before anything is said of what it printed. */
  async #journaled(note: Note, looks: boolean, work: () => Promise<CommandResult>, told: (stdout: string) => void = () => {}): Promise<CommandResult> {
    const { clock, redactor, journal } = this.#options;
    if (!looks) await journal.write({ ...note, outcome: 'begun' });
    const from = clock.now();
    const result = await work().catch(async (error: unknown) => {
      const output = redactor.redact(messageOf(error)).slice(0, TOLD_OUTPUT);
      await journal.write({ ...note, outcome: 'failed', durationMs: clock.now() - from, output });
      throw error;
    });
    told(result.stdout);
    const { exitCode } = result;
    const ended = { ...note, exitCode, durationMs: clock.now() - from };
    if (exitCode === 0) await journal.write({ ...ended, outcome: looks ? 'unchanged' : 'changed' });
    else await journal.write({ ...ended, outcome: 'failed', output: this.#output(result).slice(-TOLD_OUTPUT) });
    return result;
  }

  /** Redacted before it is cut: half a secret is not known again. */
  #output({ stdout, stderr }: CommandResult): string {
    return this.#options.redactor.redact(`${stdout}\n${stderr}`.trim());
  }

  #failure(says: string, result: CommandResult, next: string): AppError {
    const output = this.#output(result);
    return new AppError({
      code: 'STEP_FAILED',
      what: `${this.#options.host.name}: could not ${says}`,
      why: `exit code ${result.exitCode}${output ? `\n${lastLines(output, 12)}` : ''}`,
      next: [`all that was done: ${this.#options.journal.path}`, next],
      exitCode: EXIT.remoteCommand,
    });
  }

  async #carryOut(task: Task, action: Action, paths: ReadonlySet<string>): Promise<CommandResult> {
    const id = `${task.phase}/${action.id}`;
    if (action.kind === 'command') return this.#command(task, id, action);
    const first = keepBefore(id, action.kind === 'file' ? [action.path] : action.files.map(({ path }) => path), followersOf(action, task), undoOf(action));
    const { host, signal, values } = this.#options;
    const options = { as: 'root', mode: modeOf(action), owner: OWNER, signal, first } as const;
    if (action.kind === 'file') await writeFile(host, action.path, await values.fill(action.content), options);
    else await this.#upload(action, paths, options);
    return { exitCode: 0, stdout: '', stderr: '' };
  }

  async #upload(action: UploadAction, paths: ReadonlySet<string>, { first, ...options }: WriteOptions & { readonly first: string }): Promise<void> {
    const packages = this.#packages();
    for (const [i, { from, path }] of action.files.filter((file) => paths.has(file.path)).entries()) {
      const hash = packages.sha256(from);
      const more = { ...(hash === undefined ? {} : { sha256: hash }), ...(i === 0 ? { first } : {}) };
      await upload(this.#options.host, join(packages.path, from), path, { ...options, ...more });
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
    const given =
      input && ('file' in input ? createReadStream(join(this.#packages().path, input.file), { highWaterMark: READ_BYTES }) : await values.fill(input.text));
    const timeoutMs = action.timeoutMs ?? COMMAND_TIMEOUT_MS;
    const isFirst = !action.looks && !this.#isAlone;
    const result = await this.#run(`${prelude}${action.looks ? script : noted(id, script, action.unless, followersOf(action, task), undoOf(action))}`, {
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
}

const noteOf = ({ host, id }: Task, action: Action): Omit<Note, 'reason'> => ({
  host,
  task: id,
  action: action.id,
  says: action.says,
  ...(action.kind === 'command' ? { command: action.script } : {}),
});

/** Undefined where the look ended before it came to this one. */
function judged({ done }: Way & { readonly done: string }, finding: Finding | undefined): Verdict | undefined {
  if (!finding) return undefined;
  return finding.reason === undefined ? { needed: false, reason: done } : { needed: true, reason: finding.reason, paths: finding.paths };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const modeOf = ({ mode = '0644' }: FileAction | UploadAction): number => Number.parseInt(mode, 8);
