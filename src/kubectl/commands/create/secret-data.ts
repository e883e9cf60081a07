// What the generators of secrets share: keys checked, values in base64, and the object.
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../../kube/machinery/names.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { contentHash } from '../../writes/content-hash.ts';
import { sortedObject } from './data-sources.ts';
import { builtIn, type Generation } from './generated.ts';

export class SecretData {
  readonly #values = new Map<string, string>();

  /** Throws for a key that is none, or that is there already. */
  add(key: string, value: Uint8Array): void {
    const problems = validateConfigMapKey(key);
    if (problems.length) throw new CommandError(`${goQuote(key)} is not valid key name for a Secret ${problems.join(';')}`);
    if (this.#values.has(key)) throw new CommandError(`cannot add key ${key}, another key by that name already exists`);
    this.#values.set(key, Buffer.from(value).toString('base64'));
  }

  /** Makes the secret. */
  async make(generation: Generation, type: string, hasHash: boolean): Promise<void> {
    const data = sortedObject(this.#values);
    const hashed: JsonObject = { kind: 'Secret', type, name: generation.name, data };
    const name = hasHash ? `${generation.name}-${await contentHash(hashed)}` : generation.name;
    const object = {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: generation.metadata({}, name),
      ...(this.#values.size ? { data } : {}),
      ...(type ? { type } : {}),
    };
    await generation.make(builtIn('', 'v1', 'secrets'), object, 'failed to create secret');
  }
}
