// Steps of long work on a terminal, drawn by listr2: a spinner while it goes on, its outcome after.
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Lane, Step } from '../../platform/progress.ts';

/** listr2 asks whether stdout is a terminal; what counts is the stream that is drawn on. */
class OnAnyTerminal extends DefaultRenderer {
  static override nonTTY = true;
}

/** Draws on `stream`. Signals and the error's own text are left to the program. */
export async function terminalStep<T>(title: string, work: (step: Step) => Promise<T>, stream: NodeJS.WriteStream): Promise<T> {
  const results: T[] = [];
  const logger = new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream, { leaveEmptyLine: false }) });
  const task = {
    title,
    task: async (_context: unknown, shown: { output: string }): Promise<void> =>
      void results.push(
        await work({
          update: (detail) => {
            shown.output = detail;
          },
        }),
      ),
  };
  await new Listr([task], { registerSignalListeners: false, renderer: OnAnyTerminal, rendererOptions: { logger, showErrorMessage: false } }).run();
  const [result] = results;
  return result as T;
}

/** A line for each name, side by side, until `work` has ended; the lanes that are not done when it fails are shown as failed. */
export async function terminalLanes<T>(names: readonly string[], work: (lane: (name: string) => Lane) => Promise<T>, stream: NodeJS.WriteStream): Promise<T> {
  const lanes = new Map(names.map((name) => [name, new DrawnLane(name)]));
  const result = work((name) => {
    const lane = lanes.get(name);
    if (!lane) throw new Error(`there is no lane ${name}`);
    return lane;
  });
  const settled = result.then(
    () => lanes.forEach((lane) => lane.end()),
    (error: unknown) => lanes.forEach((lane) => lane.fail(error)),
  );
  const logger = new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream, { leaveEmptyLine: false }) });
  const tasks = [...lanes.values()].map((lane) => ({
    title: lane.name,
    task: (_context: unknown, shown: { title: string }): Promise<void> => lane.draw(shown),
  }));
  await new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: OnAnyTerminal,
    rendererOptions: { logger, showErrorMessage: false, collapseErrors: false },
  }).run();
  await settled;
  return result;
}

class DrawnLane implements Lane {
  readonly name: string;
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();
  #shown: { title: string } | undefined;
  #detail = '';

  constructor(name: string) {
    this.name = name;
  }

  draw(shown: { title: string }): Promise<void> {
    this.#shown = shown;
    this.#show(this.#detail);
    return this.#ended.promise;
  }

  at(stage: string, detail: string): void {
    this.#show(`${stage}: ${detail}`);
  }

  #show(detail: string): void {
    this.#detail = detail;
    if (this.#shown) this.#shown.title = detail ? `${this.name}  ${detail}` : this.name;
  }

  done(detail: string): void {
    this.#show(detail);
    this.#ended.resolve();
  }

  end(): void {
    this.#ended.resolve();
  }

  fail(error: unknown): void {
    this.#ended.reject(error);
  }
}
