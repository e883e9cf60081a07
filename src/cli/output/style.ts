// How text stands out on a terminal: a few meanings instead of colours, and nothing at all where colours are not wanted.
import type { ChalkInstance } from 'chalk';
import type { Environment } from '../context.ts';

type Paint = (text: string) => string;

export interface Style {
  readonly heading: Paint;
  /** What one can type. */
  readonly code: Paint;
  readonly quiet: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly caution: Paint;
}

const plain: Paint = (text) => text;
export const plainStyle: Style = { heading: plain, code: plain, quiet: plain, good: plain, bad: plain, caution: plain };

/** https://no-color.org, FORCE_COLOR for recordings, otherwise a terminal that is not dumb. */
export function wantsColour(env: Environment, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

export function widthOf(stream: NodeJS.WriteStream, env: Environment): number {
  const asked = Number(env['COLUMNS']);
  return stream.columns || (Number.isInteger(asked) && asked > 0 ? asked : 80);
}

function colourStyle(chalk: ChalkInstance): Style {
  return { heading: chalk.bold, code: chalk.cyan, quiet: chalk.dim, good: chalk.green, bad: chalk.red, caution: chalk.yellow };
}

export async function loadStyle(colour: boolean): Promise<Style> {
  if (!colour) return plainStyle;
  const { Chalk } = await import('chalk');
  return colourStyle(new Chalk({ level: 1 }));
}
