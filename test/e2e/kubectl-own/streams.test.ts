// Our own kubectl's streams against the simulator: logs, exec, attach, cp, port-forward, debug and run -i, in the words of the real one; and the shell that has it where there is no other.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ckadet, ENTRY } from '../../fixtures/ckadet.ts';
import { parseSession, runSession } from '../../fixtures/kubectl-session.ts';
import { scratchFolder, temporaryFolder } from '../../fixtures/scratch.ts';

const home = temporaryFolder();
let kubeconfig = '';

beforeAll(async () => {
  const { exitCode, stderr } = await ckadet(['up', 'streams'], { home: home.path });
  if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
  kubeconfig = (await ckadet(['kubeconfig', 'streams'], { home: home.path })).stdout.trim();
});

afterAll(async () => {
  await ckadet(['down', 'streams', '--delete'], { home: home.path });
  home.remove();
});

test('streams as the real one does', async () => {
  const kubectl = join(home.path, 'kubectl-own');
  writeFileSync(kubectl, `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' kubectl "$@"\n`);
  chmodSync(kubectl, 0o755);
  const steps = parseSession(readFileSync(join(import.meta.dirname, 'streams.sh'), 'utf8'));
  const transcript = await runSession({ kubectl, kubeconfig, folder: scratchFolder(), steps, namespace: 'streams-own' });
  expect(transcript).toBe(readFileSync(join(import.meta.dirname, '../../golden/kubectl-own/streams.txt'), 'utf8'));
});

test('a shell on a machine without kubectl has one', async () => {
  const bin = join(home.path, 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/bash', join(bin, 'bash'));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  const { exitCode, stdout, stderr } = await ckadet(['shell', 'streams'], {
    home: home.path,
    env: { PATH: bin, SHELL: '/bin/bash' },
    input: 'kubectl get namespace default -o name\nk config current-context\n',
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'namespace/default\nckadet-streams\n' });
  expect(stderr).toContain('there is no kubectl on the PATH');
});
