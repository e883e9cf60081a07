// The log of a failure that nobody foresaw: everything needed to report it, without secrets, in the state folder.
import { arch, release } from 'node:os';
import { inspect } from 'node:util';
import { Redactor } from '../provision/gate/redaction.ts';
import { ensureFolder, readFolder, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';

const KEPT = 20;

/** Writes the log and returns its path. */
export async function writeFailureLog(
  home: Home,
  error: unknown,
  facts: { readonly argv: readonly string[]; readonly version: string; readonly now: number; readonly pid: number },
): Promise<string> {
  await home.prepare();
  const folder = home.path('logs');
  await ensureFolder(folder);
  const file = home.path('logs', `failure-${new Date(facts.now).toISOString().replaceAll(':', '-')}-${facts.pid}.log`);
  // What is a secret by its form; those that hosts have told were taken out where they were known.
  const redactor = new Redactor();
  await writeFileAtomic(
    file,
    [
      `ckadet ${facts.version}, node ${process.version}, ${process.platform} ${arch()} ${release()}`,
      `time    ${new Date(facts.now).toISOString()}`,
      `command ckadet ${redactor.redact(withoutValues(facts.argv).join(' '))}`,
      '',
      redactor.redact(inspect(error, { depth: 6 })),
      '',
    ].join('\n'),
  );
  const logs = (await readFolder(folder)).filter((name) => name.startsWith('failure-'));
  await Promise.all(logs.slice(0, -KEPT).map((name) => remove(home.path('logs', name))));
  return file;
}

/** What is given to flags may be a secret; that there is a flag never is. */
function withoutValues(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) =>
    /^--?[\w-]*(token|password|secret)/i.test(argv[index - 1] ?? '') && !word.startsWith('-') ? '…' : word.replace(/^([\w.-]+)=[\s\S]*$/, '$1=…'),
  );
}
