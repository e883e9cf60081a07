// The contexts of other clusters that the learner has opened to ckadet. Each is bound to the server it had then.
import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { readText, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';

const fileSchema = z.object({ contexts: z.array(z.object({ context: z.string(), server: z.string(), allowedAt: z.iso.datetime() })) });
export type AllowedContext = Readonly<z.infer<typeof fileSchema>['contexts'][number]>;

const fileOf = (home: Home): string => home.path('contexts.json');

export async function loadAllowedContexts(home: Home): Promise<readonly AllowedContext[]> {
  const file = fileOf(home);
  const text = await readText(file);
  return text === undefined ? [] : parseAllowedContexts(text, file);
}

function parseAllowedContexts(text: string, file: string): readonly AllowedContext[] {
  const parsed = fileSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.contexts;
  const [issue] = parsed.error.issues;
  throw new AppError({
    code: 'CONTEXTS_DAMAGED',
    what: `cannot read the list of allowed contexts`,
    why: `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'it is not understood'}`,
    next: [`mend the file, or remove it and allow the contexts again: rm ${file}`],
    exitCode: EXIT.invalidFile,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // reported by the schema as a wrong file
  }
}

/** Adds the context, or binds it to its new server. */
export async function allowContext(home: Home, context: string, server: string, now: number): Promise<void> {
  const others = (await loadAllowedContexts(home)).filter((each) => each.context !== context);
  await save(home, [...others, { context, server, allowedAt: new Date(now).toISOString() }]);
}

/** False when it was not allowed anyway. */
export async function forbidContext(home: Home, context: string): Promise<boolean> {
  const before = await loadAllowedContexts(home);
  const after = before.filter((each) => each.context !== context);
  if (after.length === before.length) return false;
  await save(home, after);
  return true;
}

async function save(home: Home, contexts: readonly AllowedContext[]): Promise<void> {
  await home.prepare();
  await writeFileAtomic(fileOf(home), `${JSON.stringify({ contexts }, null, 2)}\n`);
}

/** Refuses a context that was not allowed, or that leads to another server than the one allowed. */
export function checkAllowed(allowed: readonly AllowedContext[], context: string, server: string): void {
  const entry = allowed.find((each) => each.context === context);
  if (entry?.server === server) return;
  throw new AppError({
    code: 'CONTEXT_NOT_ALLOWED',
    what: `ckadet may not touch the cluster behind the context ${context}`,
    why: entry
      ? `you allowed it for ${entry.server}; it leads to ${server} now`
      : 'labs create and delete objects, so a cluster that ckadet did not make is left alone until you say so',
    next: [`if that cluster is yours to experiment with: ckadet allow ${context}`],
    exitCode: EXIT.usage,
  });
}
