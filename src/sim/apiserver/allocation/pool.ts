// Values that one holder at a time can have.

export class Pool {
  readonly #holders = new Map<string, string>();

  holderOf(value: string): string | undefined {
    return this.#holders.get(value);
  }

  /** False when somebody else has it. */
  take(value: string, holder: string): boolean {
    const current = this.#holders.get(value);
    if (current !== undefined) return current === holder;
    this.#holders.set(value, holder);
    return true;
  }

  /** Gives the value back, unless another has it by now. */
  release(value: string, holder: string): void {
    if (this.#holders.get(value) === holder) this.#holders.delete(value);
  }
}
