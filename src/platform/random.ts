// The port to chance. Everything that picks takes a Random, so that a seed replays a run.

export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** Text of Kubernetes' safe alphabet, as in pod names: no vowels, no 0, 1, 3. */
  suffix(length: number): string;
  /** A random (version 4) UUID. */
  uuid(): string;
}

/** A seed that nobody can foresee; note it where the run is recorded, so that it can be replayed. */
export const freshSeed = (): number => Math.floor(Math.random() * 2 ** 31);
