// What an action is given: the person (output, questions), the machine (environment, time, state folder) and the clusters.
import type { ClusterSource } from '../cluster/cluster-source.ts';
import type { ClusterProvider } from '../cluster/provider.ts';
import type { Clock } from '../platform/clock.ts';
import type { Home } from '../platform/home.ts';
import type { Interrupts } from '../platform/interrupts.ts';
import type { Questions } from '../platform/questions.ts';
import type { Output } from './output/output.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the composition root hands to the command line: everything that only `main` may know. */
export interface Services {
  readonly version: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
  /** How this very program is called: Node and the entry file. */
  readonly self: readonly [program: string, entry: string];
  /** Runs kubectl with these words on this machine, in that environment; resolves with its exit code. */
  kubectl(words: readonly string[], env: Environment): Promise<number>;
  /** The provider of simulated clusters, loaded on first use. */
  simulator(home: Home): Promise<ClusterProvider>;
  /** The clusters that `ckadet cluster create` made, loaded on first use. */
  provisioned(home: Home): Promise<ClusterSource>;
}

export interface CommandContext extends Services {
  /** Aborts when the person wants to stop. */
  readonly signal: AbortSignal;
  readonly out: Output;
  readonly questions: Questions;
  readonly stdinIsTerminal: boolean;
  readonly home: Home;
}
