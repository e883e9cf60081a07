// Fits text to the width of a terminal. Escape sequences do not count.
import { stripVTControlCharacters } from 'node:util';

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks one paragraph at spaces into lines of at most `width`; a longer word stands alone. */
export const wrapLine = (text: string, width: number): readonly string[] => wrapWords(text.split(' '), width);

function wrapWords(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Wraps every line of `text`, each indented by `indent` columns. Lines that are indented already stay as they are. */
export const wrap = (text: string, width: number, indent = 0): string => wrapLines(text, width, indent, wrapLine);

function wrapLines(text: string, width: number, indent: number, wrapOne: typeof wrapLine): string {
  const margin = ' '.repeat(indent);
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapOne(line, width - indent)))
    .map((line) => (line === '' ? '' : margin + line))
    .join('\n');
}

/** Programs that are advised. */
const PROGRAMS =
  'ckadet|kubectl|sudo|ssh|ssh-copy-id|ssh-keygen|ssh-keyscan|curl|export|minikube|kind|docker|podman|helm|etcdctl|ping|getent|ip|ls|df|cat|chmod|rm|swapoff|modprobe|sysctl|systemctl|journalctl|hostnamectl|timedatectl|apt-get|dnf|yum|zypper|brew|winget|npm|printf|echo|firewall-cmd|ufw|\\(cd';
/** Where a command is announced: in the middle of a sentence a program's name is a word like others. */
const BEGINS = new RegExp(`(?<=^|: |; |\\bor |\\bthen |[(\`])(?:${PROGRAMS})(?= )`, 'g');
/** Where the sentence goes on after a command. */
const ENDS = /; (?=[a-z]+ )|, (?=(?:then|and|or|which|with|after|from|has|is|the|that)\b)|\. (?=[A-Z])|`|$/g;

/** Its words, each command that it advises as one: whoever copies it needs it whole, and a terminal that is too narrow wraps it without a break. */
function wordsWithCommands(text: string): readonly string[] {
  const words: string[] = [];
  let from = 0;
  for (const { index } of text.matchAll(BEGINS)) {
    if (index < from) continue;
    ENDS.lastIndex = index;
    const end = ENDS.exec(text)?.index ?? text.length;
    // What touches it, such as a bracket or a comma, stays with it.
    const start = text.lastIndexOf(' ', index) + 1;
    const next = text.indexOf(' ', end);
    const stop = next < 0 ? text.length : next;
    if (start > from) words.push(...text.slice(from, start - 1).split(' '));
    words.push(text.slice(start, stop));
    from = stop + 1;
  }
  return from > text.length ? words : [...words, ...text.slice(from).split(' ')];
}

export const wrapLineOfAdvice = (text: string, width: number): readonly string[] => wrapWords(wordsWithCommands(text), width);

/** The same as `wrap` for sentences that advise commands, which stay whole. */
export const wrapAdvice = (text: string, width: number, indent = 0): string => wrapLines(text, width, indent, wrapLineOfAdvice);

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
export function definitions(
  rows: readonly (readonly [term: string, text: string])[],
  width: number,
  paint: (term: string) => string,
  widest = 28,
  wrapTerm = wrapLine,
): string {
  const column = Math.min(widest, Math.max(0, ...rows.map(([term]) => term.length)));
  const left = 2 + column + 2;
  const stacked = width - left < 24;
  return rows
    .map(([term, text]) => {
      if (stacked || term.length > column)
        return [...wrapTerm(term, width - 2).map((line) => `  ${paint(line)}`), ...(text ? [wrap(text, width, stacked ? 6 : left)] : [])].join('\n');
      return `  ${paint(term)}${' '.repeat(column - term.length + 2)}${wrap(text, width - left)
        .split('\n')
        .join(`\n${' '.repeat(left)}`)}`;
    })
    .join('\n');
}

/** Commands that can be copied as they stand, with what they do. */
export const commandList = (rows: readonly (readonly [command: string, says: string])[], width: number, paint: (command: string) => string): string =>
  definitions(rows, width, paint, 28, (command) => [command]);
