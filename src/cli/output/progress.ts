// Steps of long work on a terminal, drawn by listr2: a spinner while it goes on, its outcome after.
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Step } from '../../platform/progress.ts';

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
