// The page of a task: title, what it takes, and the text with the variant's names in it.
import { labDocument } from '../labs/library.ts';
import type { Practice } from '../labs/practice.ts';
import { substitute } from '../labs/variables.ts';
import { renderMarkdown } from './output/markdown.ts';
import type { Output } from './output/output.ts';

export async function renderTask({ lab, file, variables }: Practice, out: Pick<Output, 'style' | 'width'>): Promise<string> {
  const task = substitute((await labDocument(lab, 'task.md')) ?? '', variables);
  // A task that begins with a heading of its own needs none from us.
  const title = task.startsWith('# ') ? [] : [out.style.heading(file.title)];
  return [...title, out.style.quiet(`${lab.id} · ${file.minutes} minutes · difficulty ${file.difficulty} of 5`), '', renderMarkdown(task, out)].join('\n');
}
