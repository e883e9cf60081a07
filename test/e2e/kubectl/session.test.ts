// One session with every kubectl there is a recording of: what it prints against `ckadet up` is what it printed against a real control plane.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../../fixtures/ckadet.ts';
import { parseSession, runSession } from '../../fixtures/kubectl-session.ts';
import { findKubectls } from '../../fixtures/kubectls.ts';
import { scratchFolder, temporaryFolder } from '../../fixtures/scratch.ts';

const GOLDEN = join(import.meta.dirname, '../../golden/kubectl');
const minors = readdirSync(GOLDEN)
  .map((name) => name.replace('.txt', ''))
  .sort();
const steps = parseSession(readFileSync(join(import.meta.dirname, 'session.sh'), 'utf8'));

const kubectls = findKubectls();
const home = temporaryFolder();
let kubeconfig = '';

beforeAll(async () => {
  const { exitCode, stderr } = await ckadet(['up', 'session'], { home: home.path });
  if (exitCode !== 0) throw new Error(`ckadet up: ${stderr}`);
  kubeconfig = (await ckadet(['kubeconfig', 'session'], { home: home.path })).stdout.trim();
});

afterAll(async () => {
  await ckadet(['down', 'session', '--delete'], { home: home.path });
  home.remove();
});

describe.each(minors)('kubectl %s', (minor) => {
  const kubectl = kubectls.get(minor);
  test.skipIf(kubectl === undefined)('prints what it prints on a real cluster (skipped where it is not on the machine)', async () => {
    const transcript = await runSession({
      kubectl: kubectl ?? '',
      kubeconfig,
      folder: scratchFolder(),
      steps,
      namespace: `session-${minor.replace('.', '-')}`,
    });
    expect(transcript).toBe(readFileSync(join(GOLDEN, `${minor}.txt`), 'utf8'));
  });
});
