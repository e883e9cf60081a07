// Everything the command prints: data on stdout (text or JSON), progress and warnings on stderr. The one place that knows the streams.
import type { Environment } from '../context.ts';
import { type Progress, silentProgress } from '../../platform/progress.ts';
import { loadStyle, type Style, wantsColour } from './style.ts';
import { wrap } from './wrap.ts';

export interface Output {
  readonly format: 'text' | 'json';
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  readonly style: Style;
  /** Whether a person watches stdout: what redraws or pages is for them only. */
  readonly isTerminal: boolean;
  readonly progress: Progress;
  /** Lines for a person, on stdout; nothing with --json. */
  print(text: string): void;
  /** A line for a person, on stderr, wrapped; also with --json. */
  warn(text: string): void;
  /** What the command was asked for: `value` with --json, otherwise the text that `render` makes. */
  data(value: unknown, render: () => string | Promise<string>): Promise<void>;
  table(columns: readonly string[], rows: readonly (readonly string[])[]): Promise<string>;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function widthOf(stream: NodeJS.WriteStream, env: Environment): number {
  const asked = Number(env['COLUMNS']);
  return stream.columns || (Number.isInteger(asked) && asked > 0 ? asked : 80);
}

export async function createOutput({ stdout, stderr }: Streams, env: Environment, format: 'text' | 'json'): Promise<Output> {
  const style = await loadStyle(wantsColour(env, stdout.isTTY));
  const width = widthOf(stdout, env);
  const warningStyle = await loadStyle(wantsColour(env, stderr.isTTY));
  return {
    format,
    width,
    style,
    isTerminal: stdout.isTTY === true,
    progress: format === 'json' ? silentProgress : deferredProgress(stderr, env),
    print: (text) => {
      if (format === 'text') stdout.write(`${text}\n`);
    },
    warn: (text) => void stderr.write(`${warningStyle.caution('Warning:')} ${wrap(`Warning: ${text}`, widthOf(stderr, env)).slice('Warning: '.length)}\n`),
    async data(value, render) {
      stdout.write(format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(await render()));
    },
    async table(columns, rows) {
      const { renderTable } = await import('./table.ts');
      return renderTable(columns, rows, { width, style });
    },
  };
}

const ensureNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** Loads listr2 only on a terminal, and only once there is a step to show. */
function deferredProgress(stderr: NodeJS.WriteStream, env: Environment): Progress {
  const note = (text: string): void => void stderr.write(`${wrap(text, widthOf(stderr, env))}\n`);
  return {
    note,
    async step(title, work) {
      if (stderr.isTTY) {
        const { terminalStep } = await import('./progress.ts');
        return terminalStep(title, work, stderr);
      }
      note(`${title} …`);
      return work({ update() {} });
    },
  };
}
