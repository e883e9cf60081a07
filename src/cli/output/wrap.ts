// Fits text to the width of a terminal. Escape sequences do not count.
import { stripVTControlCharacters } from 'node:util';

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks one paragraph at spaces into lines of at most `width`; a longer word stands alone. */
export function wrapLine(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Wraps every line of `text`, each indented by `indent` columns. Lines that are indented already stay as they are. */
export function wrap(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapLine(line, width - indent)))
    .map((line) => (line === '' ? '' : margin + line))
    .join('\n');
}

/** Wraps sentences that are indented by fewer than `command` columns, their continuation two deeper; what is indented further is a command and stays whole. */
export function wrapSentences(text: string, width: number, command: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const depth = line.length - line.trimStart().length;
      if (depth >= command || widthOf(line) <= width) return [line];
      return wrapLine(line.trimStart(), width - depth - 2).map((each, i) => ' '.repeat(i === 0 ? depth : depth + 2) + each);
    })
    .join('\n');
}

/** A command of a shell over several lines, as it may be copied: each but the last ends with a backslash. */
export const wrapCommand = (command: string, width: number): string => wrapLine(command, width - 2).join(' \\\n  ');

/** Terms with their explanations: two columns where they fit, one below the other on a narrow terminal. */
export function definitions(rows: readonly (readonly [term: string, text: string])[], width: number, paint: (term: string) => string, widest = 28): string {
  const column = Math.min(widest, Math.max(0, ...rows.map(([term]) => term.length)));
  const left = 2 + column + 2;
  const stacked = width - left < 24;
  return rows
    .map(([term, text]) => {
      if (stacked || term.length > column)
        return [...wrapLine(term, width - 2).map((line) => `  ${paint(line)}`), ...(text ? [wrap(text, width, stacked ? 6 : left)] : [])].join('\n');
      return `  ${paint(term)}${' '.repeat(column - term.length + 2)}${wrap(text, width - left)
        .split('\n')
        .join(`\n${' '.repeat(left)}`)}`;
    })
    .join('\n');
}
