// Our own kubectl against the simulator: what writes, as the real one prints them on a real cluster.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ckadet, ENTRY } from '../../fixtures/ckadet.ts';
import { parseSession, runSession } from '../../fixtures/kubectl-session.ts';
import { scratchFolder, temporaryFolder } from '../../fixtures/scratch.ts';

const home = temporaryFolder();
let kubeconfig = '';

beforeAll(async () => {
  const { exitCode, stderr } = await ckadet(['up', 'writes'], { home: home.path });
  if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
  kubeconfig = (await ckadet(['kubeconfig', 'writes'], { home: home.path })).stdout.trim();
});

afterAll(async () => {
  await ckadet(['down', 'writes', '--delete'], { home: home.path });
  home.remove();
});

test('prints what the real one prints', async () => {
  const kubectl = join(home.path, 'kubectl-own');
  writeFileSync(kubectl, `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' kubectl "$@"\n`);
  chmodSync(kubectl, 0o755);
  const steps = parseSession(readFileSync(join(import.meta.dirname, 'writes.sh'), 'utf8'));
  const transcript = await runSession({ kubectl, kubeconfig, folder: scratchFolder(), steps, namespace: 'writes-own' });
  expect(transcript).toBe(readFileSync(join(import.meta.dirname, '../../golden/kubectl-own/writes.txt'), 'utf8'));
});
