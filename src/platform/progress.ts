// The port to the person who waits: long work names its steps, whoever shows them decides how.

export interface Step {
  /** What the step is busy with right now, in a few words. */
  update(detail: string): void;
}

export interface Progress {
  /** Runs one titled step; a step that throws is shown as failed and the error passes on. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** A remark between steps that the person should see. */
  note(text: string): void;
}

/** Shows nothing. */
export const silentProgress: Progress = { step: (_title, work) => work({ update() {} }), note() {} };
