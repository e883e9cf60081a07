// Everything the command prints: data on stdout (text or JSON), progress and warnings on stderr. The one place that knows the streams.
import type { Environment } from '../context.ts';
import type { Progress } from '../../platform/progress.ts';
import { silentDisplay, stepDisplay } from './step-display.ts';
import type { RowGroup } from './table.ts';
import { loadStyle, type Style, wantsColour, widthOf } from './style.ts';
import { wrap, wrapAdvice } from './wrap.ts';

export interface Output {
  readonly format: 'text' | 'json';
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  readonly style: Style;
  /** Whether a person watches stdout: what redraws or pages is for them only. */
  readonly isTerminal: boolean;
  readonly progress: Progress;
  /** Lines for a person, on stdout, wrapped; nothing with --json. */
  print(text: string): void;
  /** The same, with every line as it is: what programs printed, and what is meant for programs. */
  printRaw(text: string): void;
  /** A line for a person, on stderr, wrapped; also with --json. */
  warn(text: string): void;
  /** What the command was asked for: `value` with --json, otherwise the text that `render` makes. */
  data(value: unknown, render: () => string | Promise<string>): Promise<void>;
  table(columns: readonly string[], rows: readonly (readonly string[])[]): Promise<string>;
  /** One table whose rows stand in groups, each below its title. */
  groupedTable(columns: readonly string[], groups: readonly RowGroup[]): Promise<string>;
  /** Says at once that an interruption was seen, and what takes a moment yet. */
  interrupted(putsBack: boolean): void;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export async function createOutput({ stdout, stderr }: Streams, env: Environment, format: 'text' | 'json'): Promise<Output> {
  const style = await loadStyle(wantsColour(env, stdout.isTTY));
  const width = widthOf(stdout, env);
  const warningStyle = await loadStyle(wantsColour(env, stderr.isTTY));
  const display = format === 'json' ? silentDisplay(stderr) : stepDisplay(stderr, env);
  const printRaw = (text: string): void => {
    if (format === 'text') stdout.write(`${text}\n`);
  };
  return {
    format,
    width,
    style,
    isTerminal: stdout.isTTY === true,
    progress: display,
    print: (text) => printRaw(wrap(text, width)),
    printRaw,
    interrupted: (putsBack) => display.interrupted(putsBack),
    warn: (text) =>
      void stderr.write(`${warningStyle.caution('Warning:')} ${wrapAdvice(`Warning: ${text}`, widthOf(stderr, env)).slice('Warning: '.length)}\n`),
    async data(value, render) {
      stdout.write(format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(await render()));
    },
    async table(columns, rows) {
      const { renderTable } = await import('./table.ts');
      return renderTable(columns, rows, { width, style });
    },
    async groupedTable(columns, groups) {
      const { renderGroups } = await import('./table.ts');
      return renderGroups(columns, groups, { width, style });
    },
  };
}

const ensureNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
