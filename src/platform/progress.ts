// The port to the person who waits: long work names its steps, whoever shows them decides how.

export interface Step {
  /** What the step is busy with right now, in a few words. */
  update(detail: string): void;
}

/** One of several things that go on side by side. */
export interface Lane {
  /** What it is busy with: a stage that lasts, and the detail of the moment. */
  at(stage: string, detail: string): void;
  /** Shown from now on: it is through with everything. */
  done(detail: string): void;
}

export interface Progress {
  /** Runs one titled step; a step that throws is shown as failed and the error passes on. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** Shows a line for each name while `work` goes on; a lane that is not done when `work` fails is shown as failed. */
  lanes<T>(names: readonly string[], work: (lane: (name: string) => Lane) => Promise<T>): Promise<T>;
  /** A remark between steps that the person should see. */
  note(text: string): void;
}

/** Shows nothing. */
export const silentProgress: Progress = { step: (_title, work) => work({ update() {} }), lanes: (_names, work) => work(() => silentLane), note() {} };
export const silentLane: Lane = { at() {}, done() {} };
