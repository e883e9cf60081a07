// Plays a script of a lab, a solution or a wrong answer, as a person would type it: bash with kubectl and this cluster's kubeconfig.
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type ProgramResult, runProgram } from '../platform/processes.ts';
import { ensureFolder, remove, uniqueSuffix, writeFileAtomic } from '../platform/files.ts';
import { shellQuoted } from '../platform/shell-quote.ts';
import { labDocument } from './library.ts';
import type { Practice } from './practice.ts';
import { substitute } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const LONGEST_MS = 300_000;

export async function scriptText({ lab, variables }: Pick<Practice, 'lab' | 'variables'>, name: string): Promise<string> {
  const text = await labDocument(lab, name);
  if (text === undefined) throw new AppError({ code: 'LAB_INVALID', what: `the lab ${lab.id} has no ${name}`, exitCode: EXIT.invalidFile });
  return substitute(text, variables);
}

/** In a folder of its own; the learner's kubeconfig is not touched. */
export async function playScript(practice: Practice, script: string, env: Environment): Promise<ProgramResult> {
  const folder = path.join(tmpdir(), `ckadet-lab-${uniqueSuffix()}`);
  await ensureFolder(folder);
  try {
    const file = path.join(folder, 'script.sh');
    await writeFileAtomic(file, `cd ${shellQuoted(folder)}\n${script}`);
    // The first file that sets a value wins: whatever the script starts means this cluster, also where the learner's current context is another one.
    const choice = path.join(folder, 'context.yaml');
    await writeFileAtomic(choice, stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': practice.target.context }));
    const result = await runProgram('bash', ['-e', '-o', 'pipefail', '-c', `. ${shellQuoted(file)}`], {
      env: { ...env, KUBECONFIG: [choice, practice.target.kubeconfig].join(path.delimiter), HOME: folder },
      timeoutMs: LONGEST_MS,
    });
    if (!result)
      throw new AppError({
        code: 'BASH_NOT_FOUND',
        what: 'bash is not on this machine',
        why: 'solutions are bash scripts',
        exitCode: EXIT.missingPrerequisite,
      });
    return result;
  } finally {
    await remove(folder);
  }
}
