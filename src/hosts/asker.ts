// What hosts ask the person: one question at a time for all hosts, and no secret twice.
import { Interrupted } from '../errors/interrupted.ts';
import type { Questions } from '../platform/questions.ts';

export interface AskerOptions {
  readonly questions: Questions;
  /** Known from the start, so that nobody is asked: of a file or an environment variable. */
  readonly sudoPassword?: string;
  /** Told of each secret as soon as it is known, so that logs can leave it out. */
  readonly onSecret?: (secret: string) => void;
}

export class Asker {
  readonly #questions: Questions;
  readonly #onSecret: (secret: string) => void;
  /** Those of each user, the last that was right first; of nobody in particular: for everybody. */
  readonly #sudoPasswords = new Map<string | undefined, readonly string[]>();
  #last: Promise<unknown> = Promise.resolve();
  #interrupted: Interrupted | undefined;

  constructor({ questions, sudoPassword, onSecret = () => {} }: AskerOptions) {
    this.#questions = questions;
    this.#onSecret = onSecret;
    if (sudoPassword === undefined) return;
    this.#onSecret(sudoPassword);
    this.#sudoPasswords.set(undefined, [sudoPassword]);
  }

  get interactive(): boolean {
    return this.#questions.interactive;
  }

  /** Runs `work` when no other work is at it: from a question to the proof of its answer, others wait, who may need the same answer. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(() => {
      if (this.#interrupted) throw this.#interrupted;
      return work();
    });
    this.#last = mine.catch((error: unknown) => {
      // Ctrl-C at one question is the answer to all; any other failure is that host's own.
      if (error instanceof Interrupted) this.#interrupted = error;
    });
    return mine;
  }

  confirm(message: string): Promise<boolean> {
    return this.#questions.confirm(message, false);
  }

  async secret(message: string): Promise<string> {
    const secret = await this.#questions.secret(message);
    if (secret !== '') this.#onSecret(secret);
    return secret;
  }

  /** Sudo passwords that were right for that user elsewhere, or that were given beforehand. */
  knownSudoPasswords(user: string): readonly string[] {
    return [...(this.#sudoPasswords.get(user) ?? []), ...(this.#sudoPasswords.get(undefined) ?? [])];
  }

  rememberSudoPassword(user: string, password: string): void {
    this.#sudoPasswords.set(user, [password, ...(this.#sudoPasswords.get(user) ?? [])]);
  }
}
