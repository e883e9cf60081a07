// Values that hosts make while a plan is carried out: made when something first needs them, once, by the gate of their host.
import type { ValueSpec } from '../plan/action.ts';
import { filled, valuesIn } from '../plan/values.ts';

export class Values {
  readonly #specs: ReadonlyMap<string, ValueSpec>;
  readonly #make: (spec: ValueSpec) => Promise<string>;
  /** In a dry run nothing is made: placeholders stand for all. */
  readonly #dryRun: boolean;
  readonly #made = new Map<string, Promise<string>>();

  constructor(specs: readonly ValueSpec[], make: (spec: ValueSpec) => Promise<string>, dryRun: boolean) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.#make = make;
    this.#dryRun = dryRun;
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
}
