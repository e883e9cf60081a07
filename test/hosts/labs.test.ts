// Every lab on a real cluster: set-up, solutions, wrong answers and reset come out as in the simulator, with the real kubectl and with ours.
// Runs only where CKADET_TEST_KUBECONFIG_REAL names the kubeconfig of a throw-away cluster with two workers to which the images of the labs can come.
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ckadet, type Ran } from '../fixtures/ckadet.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';
import { KUBECONFIG, REAL, real, whyNotComparable } from './kubectl/sessions.ts';

const reason = whyNotComparable();
const ROOT = join(import.meta.dirname, '../../labs');
const LABS = readdirSync(ROOT, { withFileTypes: true })
  .filter((domain) => domain.isDirectory())
  .flatMap(({ name }) => readdirSync(join(ROOT, name)).map((lab) => `${name}/${lab}`));

/** A lab has up to 17 cases, and a namespace takes six seconds to go. */
const LAB_MS = 1_200_000;

describe.skipIf(reason !== undefined)(`labs on a real cluster (skipped: ${reason ?? 'no'})`, () => {
  const home = temporaryFolder();
  const env = { KUBECONFIG, PATH: [dirname(REAL), process.env['PATH'] ?? ''].join(delimiter) };
  const run = (...args: string[]): Promise<Ran> => ckadet(args, { home: home.path, env });
  let context = '';
  beforeAll(async () => {
    context = (await real('config', 'current-context')).trim();
    const { exitCode, stderr } = await run('allow', context, '--yes');
    if (exitCode !== 0) throw new Error(stderr);
  });
  afterAll(() => home.remove());

  describe.each([
    ['the real kubectl', ['--seed', '1']],
    ['our kubectl', ['--seed', '2', '--own-kubectl']],
  ])('with %s', (_kubectl, options) => {
    test.each(LABS)(
      '%s',
      async (lab) => {
        const { exitCode, stdout, stderr } = await run('lab', 'verify', lab, '--context', context, ...options, '--json');
        const { proofs = [] } = (stdout ? JSON.parse(stdout) : {}) as { proofs?: readonly { readonly findings: readonly unknown[] }[] };
        expect({ exitCode, findings: proofs.map(({ findings }) => findings), stderr }).toMatchObject({ exitCode: 0, findings: [[]] });
      },
      LAB_MS,
    );
  });
});
