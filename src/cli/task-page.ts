// The page of a task: title, what it takes, and the text with the variant's names in it.
import { labDocument } from '../labs/library.ts';
import type { Practice } from '../labs/practice.ts';
import { substitute } from '../labs/variables.ts';
import { renderMarkdown } from './output/markdown.ts';
import type { Output } from './output/output.ts';
import { wrap } from './output/wrap.ts';

export async function renderTask({ lab, file, variables }: Practice, out: Pick<Output, 'style' | 'width'>): Promise<string> {
  const task = substitute((await labDocument(lab, 'task.md')) ?? '', variables);
  return [...taskHead({ id: lab.id, ...file }, task, out), renderMarkdown(task, out)].join('\n');
}

/** Title and what the lab takes, above the text of its task. */
export function taskHead(
  { id, title, minutes, difficulty }: { readonly id: string; readonly title: string; readonly minutes: number; readonly difficulty: number },
  task: string,
  { style, width }: Pick<Output, 'style' | 'width'>,
): readonly string[] {
  // A task that begins with a heading of its own needs none from us.
  const heading = task.startsWith('# ') ? [] : [style.heading(wrap(title, width))];
  return [...heading, style.quiet(wrap(`${id} · ${minutes} minutes · difficulty ${difficulty} of 5`, width)), ''];
}
