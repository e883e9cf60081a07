// The files of templates/, filled in. A value that is missing is a bug and is told, never an empty text.
import { existsSync, readFileSync } from 'node:fs';
import mustache from 'mustache';

type View = Readonly<Record<string, unknown>>;

// Beside dist/ as published, two folders up in the sources.
const ROOTS = [new URL('../templates/', import.meta.url), new URL('../../templates/', import.meta.url)] as const;

/** `template` is a path below templates/. What is rendered is no HTML: nothing is escaped. */
export function render(template: string, view: View = {}): string {
  const text = readFileSync(source(template), 'utf8');
  for (const [type, name] of mustache.parse(text)) if ((type === 'name' || type === '&') && !(name in view)) throw new Error(`${template} needs ${name}`);
  return mustache.render(text, view, undefined, { escape: String });
}

function source(template: string): URL {
  const found = ROOTS.map((root) => new URL(template, root)).find((url) => existsSync(url));
  if (!found) throw new Error(`there is no template ${template}`);
  return found;
}
