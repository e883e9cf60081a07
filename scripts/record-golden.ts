// Records what a kubectl prints in the session of test/e2e/kubectl/session.sh against a cluster, as test/golden/kubectl/MINOR.txt.
// usage: node scripts/record-golden.ts KUBECONFIG KUBECTL…
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSession, runSession } from '../test/fixtures/kubectl-session.ts';

const [kubeconfig, ...kubectls] = process.argv.slice(2);
if (!kubeconfig || !kubectls.length) {
  console.error('usage: node scripts/record-golden.ts KUBECONFIG KUBECTL…');
  process.exit(2);
}
const root = join(import.meta.dirname, '..');
const steps = parseSession(readFileSync(join(root, 'test/e2e/kubectl/session.sh'), 'utf8'));
for (const kubectl of kubectls) {
  const version = JSON.parse(execFileSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })) as {
    clientVersion: { major: string; minor: string };
  };
  const minor = `${version.clientVersion.major}.${Number.parseInt(version.clientVersion.minor, 10)}`;
  const folder = mkdtempSync(join(tmpdir(), 'ckadet-golden-'));
  const transcript = await runSession({ kubectl, kubeconfig, folder, steps, namespace: `session-${minor.replace('.', '-')}` });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(root, 'test/golden/kubectl'), { recursive: true });
  writeFileSync(join(root, 'test/golden/kubectl', `${minor}.txt`), transcript);
  console.log(`${minor}: ${steps.length} commands`);
}
