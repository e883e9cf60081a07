// ckadet cluster plan: every command and file that making the cluster takes, with no host in reach.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from '../../../platform/files.ts';
import type { LoadedCluster } from '../../../provision/load.ts';
import { fileOption, loadedCluster } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';

export const command = defineCommand({
  description:
    'Prints the exact list of commands and files for each host, in order. No host is asked: what only a host can tell stands at the beginning as an assumption, and secrets, which are made on the way, are placeholders in the right form.',
  options: {
    file: fileOption,
    runbook: { summary: 'write it as a document in Markdown', value: 'file', completes: 'files' },
    script: { summary: 'write it as shell scripts that work without ckadet', value: 'folder', completes: 'files' },
    write: { summary: 'write every rendered file at FOLDER/HOST/its/path', value: 'folder', completes: 'files' },
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet cluster plan', says: 'read it' },
    { command: 'ckadet cluster plan --runbook RUNBOOK.md', says: 'a document for the team' },
    { command: 'ckadet cluster plan --script scripts', says: 'scripts/run.sh makes the cluster' },
    { command: 'ckadet cluster plan --write rendered', says: 'see haproxy.cfg, keepalived.conf and kubeadm.yaml of each host' },
  ],
  next: [{ command: 'ckadet cluster create --dry-run', says: 'ask the hosts what is still to be done' }],
  async run({ file, runbook, script, write }, { out }) {
    const loaded = await loadedCluster(file);
    const { createPlan } = await import('../../../provision/load.ts');
    const plan = createPlan(loaded);
    const written: string[] = [];
    const save = async (path: string, content: string, mode = 0o644): Promise<void> => {
      await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
        throw fileError('write', path, error);
      });
      await writeFile(path, content, { mode }).catch((error: unknown) => {
        throw fileError('write', path, error);
      });
      written.push(path);
    };
    if (runbook !== undefined) {
      const { runbook: asRunbook } = await import('../../../provision/plan/runbook.ts');
      await save(runbook, asRunbook(plan));
    }
    if (script !== undefined) {
      const { scripts } = await import('../../../provision/plan/scripts.ts');
      for (const { path, content, mode } of scripts(plan, loginOf(loaded), loaded.packages?.path)) await save(join(script, path), content, mode);
    }
    if (write !== undefined) {
      const { renderedFiles } = await import('../../../provision/plan/rendered-files.ts');
      for (const { path, content } of renderedFiles(plan)) await save(join(write, path), content, 0o600);
    }
    if (written.length) {
      await out.data(
        { written },
        () => `${out.style.good(`${written.length} file${written.length === 1 ? '' : 's'} written`)}: ${[runbook, script, write].filter(Boolean).join(', ')}`,
      );
      return;
    }
    const { describePlan } = await import('../../../provision/plan/describe.ts');
    await out.data(plan, () => describePlan(plan));
  },
});

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
