// ckadet cluster plan: every command and file that making the cluster takes, with no host in reach.
import { stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { ensureFolder, fileError, isFolder, ofNamedPath, readText } from '../../../platform/files.ts';
import { shellWord } from '../../../platform/shell-quote.ts';
import type { AnyCluster, LoadedCluster, LoadedLocal } from '../../../provision/load.ts';
import type { PlannedFile } from '../../../provision/plan/written-folder.ts';
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
      const clusterFile = cluster.kind === 'local' ? cluster.local.path : cluster.loaded.path;
      if (runbook !== undefined) await demandRunbook(runbook, clusterFile);
      const forms = await formsOf(cluster, context);
      if (runbook !== undefined || script !== undefined || write !== undefined) {
        const folders = [
          ...(script === undefined ? [] : [{ form: 'script', folder: script, files: await forms.scripts() }]),
          ...(write === undefined ? [] : [{ form: 'write', folder: write, files: (await forms.files()).map((file) => ({ ...file, mode: 0o600 })) }]),
        ];
        const document = runbook === undefined ? undefined : { path: runbook, content: await forms.runbook() };
        return saved(await save(folders, document, clusterFile), context);
      }
      await out.data(forms.plan, async () => (out.isTerminal ? wrapSentences(await forms.text(), out.width, COMMANDS_AT) : forms.text()));
    }),
});

interface Saved {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  /** The folders and the document, as they were named. */
  readonly places: readonly string[];
  /** Folders that nothing was to be written to. */
  readonly empty: readonly string[];
}

interface FolderOfFiles {
  readonly form: string;
  readonly folder: string;
  readonly files: readonly PlannedFile[];
}

async function save(
  folders: readonly FolderOfFiles[],
  document: { readonly path: string; readonly content: string } | undefined,
  clusterFile: string,
): Promise<Saved> {
  const { writeFolder } = await import('../../../provision/plan/written-folder.ts');
  for (const { folder, files } of folders) for (const { path } of files) if (resolve(folder, path) === clusterFile) throw wouldOverwrite(join(folder, path));
  const done = [];
  for (const { form, folder, files } of folders) if (files.length) done.push(await writeFolder(folder, form, files));
  if (document) {
    // No draft that is renamed: it may be /dev/stdout.
    await ensureFolder(dirname(resolve(document.path)), 0o755)
      .then(() => writeFile(document.path, document.content))
      .catch((error: unknown) => Promise.reject(ofNamedPath(fileError('write', document.path, error), '--runbook FILE')));
  }
  return {
    written: [...(document ? [document.path] : []), ...done.flatMap(({ written }) => written)],
    removed: done.flatMap(({ removed }) => removed),
    kept: done.flatMap(({ kept }) => kept),
    places: [...new Set([...(document ? [document.path] : []), ...folders.filter(({ files }) => files.length).map(({ folder }) => folder)])],
    empty: folders.filter(({ files }) => !files.length).map(({ folder }) => folder),
  };
}

async function saved({ written, removed, kept, places, empty }: Saved, { out }: CommandContext): Promise<void> {
  for (const path of kept) out.warn(`${path} is of an earlier plan and was changed since: it is left there`);
  await out.data({ written, removed }, () =>
    [
      ...(written.length ? [`${out.style.good(`${count(written)} written`)}: ${places.join(', ')}`] : []),
      ...(removed.length
        ? [`${count(removed)} of an earlier plan removed: ${removed.slice(0, 3).join(', ')}${removed.length > 3 ? ` and ${removed.length - 3} more` : ''}`]
        : []),
      ...empty.map((folder) => `Nothing is written to ${folder}: no file is put anywhere for this cluster, only commands are run.`),
    ].join('\n'),
  );
}

const count = ({ length }: readonly unknown[]): string => `${length} file${length === 1 ? '' : 's'}`;

const wouldOverwrite = (path: string): AppError =>
  new AppError({
    code: 'WOULD_OVERWRITE',
    what: `${path} is the cluster file itself`,
    why: 'the plan would be written over it',
    next: ['name another file'],
    exitCode: EXIT.usage,
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

/** A runbook is one document, and replaces no other. */
async function demandRunbook(path: string, clusterFile: string): Promise<void> {
  if (resolve(path) === clusterFile) throw wouldOverwrite(path);
  if (await isFolder(path))
    throw new AppError({
      code: 'IS_A_FOLDER',
      what: `--runbook ${path} is a folder, and a file is wanted`,
      why: 'a runbook is one document',
      next: [`name the file in it: --runbook ${shellWord(join(path, 'RUNBOOK.md'))}`],
      exitCode: EXIT.usage,
    });
  const isFile = await stat(path).then(
    (there) => there.isFile() && there.size > 0,
    () => false,
  );
  if (!isFile || (await readText(path))?.startsWith('# Runbook: ')) return;
  throw new AppError({
    code: 'NOT_OURS',
    what: `${path} would be written over`,
    why: 'it is there, and it is no runbook',
    next: [`name another file: --runbook ${shellWord(join(dirname(path), 'RUNBOOK.md'))}`],
    exitCode: EXIT.usage,
  });
}

/** How far the commands of a plan are indented, at least. */
const COMMANDS_AT = 5;

/** A plan in every form it is asked for. */
interface Forms {
  readonly plan: object;
  text(): Promise<string>;
  runbook(): Promise<string>;
  scripts(): Promise<readonly PlannedFile[]>;
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
    async scripts() {
      const [{ scripts }, { layoutOf }, { sshWords }] = await Promise.all([
        import('../../../provision/plan/scripts.ts'),
        import('../../../provision/later-changes.ts'),
        import('../../../provision/host-login.ts'),
      ]);
      const hosts = new Map(loaded.spec.hosts.map((host) => [host.name, sshWords(host, dirname(loaded.path))]));
      return scripts(plan, { login: (name) => hosts.get(name), packages: loaded.packages?.path, layout: layoutOf(loaded.spec) });
    },
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
