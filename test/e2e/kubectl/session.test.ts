// One session with every kubectl there is a recording of: what it prints against `ckadet up` is what it printed against a real control plane.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet } from '../../fixtures/ckadet.ts';
import { parseSession, runSession } from '../../fixtures/kubectl-session.ts';
import { scratchFolder, temporaryFolder } from '../../fixtures/scratch.ts';

const GOLDEN = join(import.meta.dirname, '../../golden/kubectl');
const minors = readdirSync(GOLDEN)
  .map((name) => name.replace('.txt', ''))
  .sort();
const steps = parseSession(readFileSync(join(import.meta.dirname, 'session.sh'), 'utf8'));

/** `kubectl`, `kubectl.1.NN` and whatever lies in $CKADET_TEST_KUBECTLS, by minor. */
function findKubectls(): ReadonlyMap<string, string> {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'kubectl'))
    .filter((file) => existsSync(file));
  // Distributions of several kubectls keep them beside the one that PATH finds.
  const folders = [process.env['CKADET_TEST_KUBECTLS'] ?? '', ...onPath.map((file) => dirname(realpathSync(file)))];
  const files = folders
    .filter((folder) => folder && existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^kubectl([.-]1\.\d+)?$/.test(name))
        .map((name) => join(folder, name)),
    );
  const found = new Map<string, string>();
  for (const file of new Set(files)) {
    try {
      const { clientVersion } = JSON.parse(
        execFileSync(file, ['version', '--client', '-o', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      ) as { clientVersion: { major: string; minor: string } };
      const minor = `${clientVersion.major}.${Number.parseInt(clientVersion.minor, 10)}`;
      if (!found.has(minor)) found.set(minor, file);
    } catch {
      // Not a kubectl that runs here.
      continue;
    }
  }
  return found;
}

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
