// The port to the person who decides: questions that work asks and a terminal answers.

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** One more line about the choice, shown while it is selected. */
  readonly description?: string;
}

export interface Questions {
  /** Whether somebody is there to answer. When false, every question rejects with NOT_INTERACTIVE. */
  readonly interactive: boolean;
  confirm(message: string, preset: boolean): Promise<boolean>;
  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** `check` says what is wrong with an answer; it is asked for, with that reason, until nothing is. */
  ask(message: string, preset?: string, check?: (answer: string) => Promise<string | undefined>): Promise<string>;
  /** What is typed is not shown: passwords and passphrases. */
  secret(message: string): Promise<string>;
}
