// Help as a page one wants to read: what it is, how to call it, examples, what comes next. Pure.
import type { Command, Example } from '../command.ts';
import { type GroupNode, isHidden } from '../command-tree.ts';
import { flagsOf, usageOf } from '../usage.ts';
import type { Style } from './style.ts';
import { definitions, wrap, wrapCommand, wrapLine } from './wrap.ts';

interface Page {
  readonly width: number;
  readonly style: Style;
}

const LARGEST_WIDTH = 96;

export function renderCommandHelp(path: readonly string[], summary: string, command: Command, { width, style }: Page): string {
  const page = Math.min(width, LARGEST_WIDTH);
  const name = path.join(' ');
  const words = Object.entries(command.arguments).map(([each, spec]) => usageOf(each, spec));
  const visible = Object.entries(command.options).filter(([, spec]) => !spec.hidden);
  return pageOf([
    title(name, summary, page, style),
    wrap(command.description, page),
    block('Usage', usage(`${name}${words.map((word) => ` ${word}`).join('')} [options]`, page), style),
    rows(
      'Arguments',
      Object.entries(command.arguments).map(([each, spec]) => [each.toUpperCase(), withPreset(spec.summary, spec.preset, spec.choices)]),
      page,
      style,
    ),
    rows(
      'Options',
      [...visible.map(([each, spec]) => [flagsOf(each, spec), withPreset(spec.summary, spec.preset)] as const), ['-h, --help', 'show this page']],
      page,
      style,
    ),
    ...examplesAndNext(command, page, style),
  ]);
}

export function renderGroupHelp(path: readonly string[], node: GroupNode, { width, style }: Page): string {
  const page = Math.min(width, LARGEST_WIDTH);
  const name = path.join(' ');
  const isRoot = path.length === 1;
  return pageOf([
    title(name, node.summary, page, style),
    wrap(node.description, page),
    block('Usage', usage(`${name} COMMAND [options]`, page), style),
    ...node.sections.map((section) =>
      rows(
        section.title,
        section.nodes.filter((each) => !isHidden(each)).map((each) => [each.name, each.summary]),
        page,
        style,
      ),
    ),
    rows(
      'Options',
      [...(isRoot ? [['-V, --version', 'print the version'] as const] : []), ['-h, --help', `show this page; ${name} COMMAND --help shows that command's`]],
      page,
      style,
    ),
    ...examplesAndNext(node, page, style),
  ]);
}

const pageOf = (parts: readonly string[]): string => `${parts.filter(Boolean).join('\n\n')}\n`;
const block = (heading: string, body: string, style: Style): string => `${style.heading(heading)}\n${body}`;
const usage = (text: string, width: number): string => wrap(text, width - 4, 2).replaceAll('\n', '\n  ');

function title(name: string, summary: string, width: number, style: Style): string {
  const line = `${name}: ${summary}`;
  return line.length <= width ? `${style.heading(name)}: ${summary}` : `${style.heading(name)}\n${wrap(summary, width)}`;
}

function rows(heading: string, entries: readonly (readonly [string, string])[], width: number, style: Style, wrapTerm = wrapLine): string {
  return entries.length === 0 ? '' : block(heading, definitions(entries, width, style.code, undefined, wrapTerm), style);
}

function examplesAndNext(
  { examples, next }: { readonly examples: readonly Example[]; readonly next: readonly Example[] },
  width: number,
  style: Style,
): readonly string[] {
  const stacked = examples
    .map(({ command, says }) =>
      [
        ...wrapLine(says, width - 4).map((line) => style.quiet(`  # ${line}`)),
        ...wrapCommand(command, width - 4)
          .split('\n')
          .map((line) => `  ${style.code(line)}`),
      ].join('\n'),
    )
    .join('\n');
  return [
    stacked && block('Examples', stacked, style),
    rows(
      'What next',
      next.map(({ command, says }) => [command, says]),
      width,
      style,
      (command, room) => wrapCommand(command, room).split('\n'),
    ),
  ];
}

function withPreset(summary: string, preset: string | undefined, choices?: readonly string[]): string {
  const notes = [choices ? `one of ${choices.join(', ')}` : '', preset ? `default ${preset}` : ''].filter(Boolean);
  return notes.length ? `${summary} (${notes.join('; ')})` : summary;
}
