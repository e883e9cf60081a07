// Our kubectl and the real one on a real cluster: logs, exec, attach, cp, port-forward, debug, drain and top say the same, to the letter.
// Runs only where CKADET_TEST_KUBECONFIG_REAL names the kubeconfig of a throw-away cluster with the nodes n1 and n2 and a metrics server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSession } from '../fixtures/kubectl-session.ts';
import { scratchFolder } from '../fixtures/scratch.ts';
import { real, transcriptOf, whyNotComparable, type Who } from './kubectl/sessions.ts';
import { DIALOGS, talk } from './kubectl/dialogs.ts';

const reason = whyNotComparable();
const FOLDER = join(import.meta.dirname, 'kubectl');

/** Side by side where a session keeps to its namespace; one after the other where both would use the same nodes or ports. */
const SESSIONS: Readonly<Record<string, 'together' | 'in turn'>> = {
  logs: 'together',
  exec: 'together',
  attach: 'together',
  cp: 'together',
  debug: 'together',
  top: 'together',
  live: 'together',
  'port-forward': 'in turn',
  drain: 'in turn',
};

describe.skipIf(reason !== undefined)(`our kubectl and the real one on a real cluster (skipped: ${reason ?? 'no'})`, () => {
  test.each(Object.entries(SESSIONS))('%s', async (name, how) => {
    const steps = parseSession(readFileSync(join(FOLDER, `${name}.sh`), 'utf8'));
    const run = (who: Who): Promise<string> => transcriptOf(who, steps, `${name}-${who}`, scratchFolder());
    const first = run('real');
    if (how === 'in turn') await first;
    const [wanted, shown] = await Promise.all([first, run('ours')]);
    expect(shown).toBe(wanted);
  });

  describe('on a terminal', () => {
    const namespaceOf = (who: Who): string => `terminal-${who}`;
    beforeAll(async () => {
      for (const who of ['ours', 'real'] as const) {
        const namespace = namespaceOf(who);
        await real('delete', 'namespace', namespace, '--ignore-not-found');
        await real('create', 'namespace', namespace);
        await real('apply', '-n', namespace, '-f', join(FOLDER, 'terminal.yaml'));
      }
      for (const who of ['ours', 'real'] as const) await real('wait', '-n', namespaceOf(who), 'pod', '--all', '--for=condition=Ready', '--timeout=100s');
    });
    afterAll(async () => {
      for (const who of ['ours', 'real'] as const) await real('delete', 'namespace', namespaceOf(who), '--wait=false');
    });

    test.each(Object.entries(DIALOGS))('%s', async (_name, dialog) => {
      const [wanted, shown] = await Promise.all([talk('real', namespaceOf('real'), dialog), talk('ours', namespaceOf('ours'), dialog)]);
      expect(shown).toEqual(wanted);
    });
  });
});
