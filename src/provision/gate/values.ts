// Values that hosts make while a plan is carried out: made when something first needs them, once, and told to the redactor.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Host } from '../../hosts/host.ts';
import type { ValueSpec } from '../plan/action.ts';
import { filled, valuesIn } from '../plan/values.ts';
import type { Redactor } from './redaction.ts';

const TIMEOUT_MS = 120_000;

export class Values {
  readonly #specs: ReadonlyMap<string, ValueSpec>;
  readonly #host: (name: string) => Host;
  readonly #redactor: Redactor;
  /** In a dry run nothing is made: placeholders stand for all. */
  readonly #dryRun: boolean;
  readonly #signal: AbortSignal;
  readonly #made = new Map<string, Promise<string>>();

  constructor(specs: readonly ValueSpec[], host: (name: string) => Host, redactor: Redactor, dryRun: boolean, signal: AbortSignal) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.#host = host;
    this.#redactor = redactor;
    this.#dryRun = dryRun;
    this.#signal = signal;
  }

  async fill(text: string): Promise<string> {
    const made = new Map<string, string>();
    for (const name of valuesIn(text)) made.set(name, await this.#valueOf(name));
    return filled(text, (name) => made.get(name));
  }

  #valueOf(name: string): Promise<string> {
    const spec = this.#specs.get(name);
    if (!spec) throw new Error(`a plan uses the value ${name} and says nowhere what it is`);
    if (this.#dryRun) return Promise.resolve(spec.placeholder);
    const known = this.#made.get(name);
    if (known) return known;
    const making = this.#make(spec);
    this.#made.set(name, making);
    // The next one to need it tries again.
    making.catch(() => this.#made.delete(name));
    return making;
  }

  async #make({ host, script, says, secret }: ValueSpec): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#host(host).run(script, { as: 'root', timeoutMs: TIMEOUT_MS, signal: this.#signal });
    const value = stdout.trim();
    if (exitCode === 0 && value) {
      if (secret) this.#redactor.add(value);
      return value;
    }
    throw new AppError({
      code: 'STEP_FAILED',
      what: `${host}: could not get ${says}`,
      why: this.#redactor.redact(stderr.trim() || `exit code ${exitCode}, and nothing on standard output`),
      next: ['run the same command again: it goes on from there'],
      exitCode: EXIT.remoteCommand,
    });
  }
}
