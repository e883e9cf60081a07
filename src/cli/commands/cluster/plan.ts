// ckadet cluster plan: every command and file that making the cluster takes, with no host in reach.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { fileError, isFolder } from '../../../platform/files.ts';
import { shellWord } from '../../../platform/shell-quote.ts';
import type { AnyCluster, LoadedCluster, LoadedLocal } from '../../../provision/load.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { wrapSentences } from '../../output/wrap.ts';
import { fileOption, nameArgument, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Prints the exact list of commands and files for each host, in order. No host is asked: what only a host can tell stands at the beginning as an assumption, and secrets, which are made on the way, are placeholders in the right form.',
  arguments: { name: nameArgument },
  options: {
    file: fileOption,
    runbook: { summary: 'write it as a document in Markdown', value: 'file', completes: 'files' },
    script: { summary: 'write it as shell scripts that work without ckadet', value: 'folder', completes: 'files' },
    write: { summary: 'write every file that the hosts get into this folder: FOLDER/HOST/etc/…', value: 'folder', completes: 'files' },
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet cluster plan', says: 'read it' },
    { command: 'ckadet cluster plan --runbook RUNBOOK.md', says: 'a document for the team' },
    { command: 'ckadet cluster plan --script scripts', says: 'scripts/run.sh makes the cluster' },
    { command: 'ckadet cluster plan --write rendered', says: 'see haproxy.cfg, keepalived.conf and kubeadm.yaml of each host' },
  ],
  next: [{ command: 'ckadet cluster create --dry-run', says: 'ask the hosts what is still to be done' }],
  run: ({ name, file, runbook, script, write }, context) =>
    withCluster({ name, file }, context, async (cluster) => {
      const { out } = context;
      for (const [option, path] of Object.entries({ script, write })) if (path !== undefined) await demandFolder(option, path);
      if (runbook !== undefined && (await isFolder(runbook))) throw isAFolder(runbook);
      const clusterFile = cluster.kind === 'local' ? cluster.local.path : cluster.loaded.path;
      const forms = await formsOf(cluster, context);
      const written: string[] = [];
      const save = async (path: string, content: string, mode = 0o644): Promise<void> => {
        if (resolve(path) === clusterFile)
          throw new AppError({
            code: 'WOULD_OVERWRITE',
            what: `${path} is the cluster file itself`,
            why: 'the plan would be written over it',
            next: ['name another file'],
            exitCode: EXIT.usage,
          });
        await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
          throw fileError('write', path, error);
        });
        await writeFile(path, content, { mode }).catch((error: unknown) => {
          throw fileError('write', path, error);
        });
        written.push(path);
      };
      if (runbook !== undefined) await save(runbook, await forms.runbook());
      if (script !== undefined) for (const { path, content, mode } of await forms.scripts()) await save(join(script, path), content, mode);
      if (write !== undefined) for (const { path, content } of await forms.files()) await save(join(write, path), content, 0o600);
      if (written.length) {
        await out.data(
          { written },
          () => `${out.style.good(`${written.length} file${written.length === 1 ? '' : 's'} written`)}: ${[runbook, script, write].filter(Boolean).join(', ')}`,
        );
        return;
      }
      await out.data(forms.plan, async () => (out.isTerminal ? wrapSentences(await forms.text(), out.width, COMMANDS_AT) : forms.text()));
    }),
});

/** Scripts and rendered files are many: what is there must be a folder, or nothing yet. */
async function demandFolder(option: string, path: string): Promise<void> {
  if ((await isFolder(path)) || (await stat(path).catch(() => undefined)) === undefined) return;
  throw new AppError({
    code: 'NOT_A_FOLDER',
    what: `--${option} ${path} is a file, and a folder is wanted`,
    why: 'there are several files to write',
    next: [`name a folder, which need not be there yet: --${option} ${option === 'script' ? 'scripts' : 'rendered'}`],
    exitCode: EXIT.usage,
  });
}

const isAFolder = (path: string): AppError =>
  new AppError({
    code: 'IS_A_FOLDER',
    what: `--runbook ${path} is a folder, and a file is wanted`,
    why: 'a runbook is one document',
    next: [`name the file in it: --runbook ${shellWord(join(path, 'RUNBOOK.md'))}`],
    exitCode: EXIT.usage,
  });

/** How far the commands of a plan are indented, at least. */
const COMMANDS_AT = 5;

/** A plan in every form it is asked for. */
interface Forms {
  readonly plan: object;
  text(): Promise<string>;
  runbook(): Promise<string>;
  scripts(): Promise<readonly { readonly path: string; readonly content: string; readonly mode: number }[]>;
  files(): Promise<readonly { readonly path: string; readonly content: string }[]>;
}

async function formsOf(cluster: AnyCluster, context: CommandContext): Promise<Forms> {
  if (cluster.kind === 'local') return localForms(cluster.local, context);
  const { withPackages } = await import('../../../provision/load.ts');
  return hostForms(await withPackages(cluster.loaded));
}

async function hostForms(loaded: LoadedCluster): Promise<Forms> {
  const { createPlan } = await import('../../../provision/load.ts');
  const plan = createPlan(loaded);
  return {
    plan,
    text: async () => (await import('../../../provision/plan/describe.ts')).describePlan(plan),
    runbook: async () => (await import('../../../provision/plan/runbook.ts')).runbook(plan),
    scripts: async () => (await import('../../../provision/plan/scripts.ts')).scripts(plan, loginOf(loaded), loaded.packages?.path),
    files: async () => (await import('../../../provision/plan/rendered-files.ts')).renderedFiles(plan),
  };
}

async function localForms(local: LoadedLocal, context: CommandContext): Promise<Forms> {
  const [{ planLocal }, form] = await Promise.all([import('../../local-cluster.ts'), import('../../../provision/providers/local/local-plan.ts')]);
  const plan = await planLocal(local, context);
  return {
    plan,
    text: async () => form.describeLocalPlan(plan),
    runbook: async () => form.localRunbook(plan),
    scripts: async () => [{ path: 'run.sh', content: form.localScript(plan), mode: 0o755 }],
    files: async () => plan.steps.flatMap(({ files = [] }) => files.map(({ path, content }) => ({ path: `this-machine${path}`, content }))),
  };
}

/** The words after `ssh`, from the cluster file alone: what ~/.ssh/config adds, ssh reads itself. */
const loginOf =
  ({ spec }: LoadedCluster) =>
  (name: string): readonly string[] | undefined => {
    const host = spec.hosts.find((each) => each.name === name);
    if (!host || host.kind === 'local') return undefined;
    return [
      ...(host.identity === undefined ? [] : ['-i', host.identity]),
      ...(host.port === undefined ? [] : ['-p', String(host.port)]),
      host.user === undefined ? host.address : `${host.user}@${host.address}`,
    ];
  };
