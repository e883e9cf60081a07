// The same session with our kubectl and with the real one on a real cluster: two transcripts that should be equal.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ENTRY } from '../../fixtures/ckadet.ts';
import { runSession, type Step } from '../../fixtures/kubectl-session.ts';
import { realBinary } from '../../fixtures/real-binaries.ts';

export const KUBECONFIG = process.env['CKADET_TEST_KUBECONFIG_REAL'] ?? '';
export const REAL = realBinary('kubectl');

export type Who = 'ours' | 'real';

/** Why nothing can be compared here; undefined where it can. */
export function whyNotComparable(): string | undefined {
  if (!KUBECONFIG) return 'CKADET_TEST_KUBECONFIG_REAL names no throw-away cluster';
  if (!existsSync(KUBECONFIG)) return `there is no ${KUBECONFIG}`;
  if (!existsSync(REAL)) return `no real kubectl at ${REAL}; CKADET_TEST_BINARIES names another folder`;
  const version = execFileSync(REAL, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return /"minor": "35"/.test(version) ? undefined : `${REAL} is not kubectl 1.35`;
}

export const commandOf = (who: Who): readonly string[] => (who === 'ours' ? [process.execPath, ENTRY, 'kubectl'] : [REAL]);

/** A program that is one of the two. */
function executable(who: Who, folder: string): string {
  const path = join(folder, `kubectl-${who}`);
  writeFileSync(
    path,
    `#!/bin/sh\nexec ${commandOf(who)
      .map((word) => `'${word}'`)
      .join(' ')} "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** What differs from moment to moment on a real cluster, beyond what every transcript leaves out. */
export const settled = (transcript: string, namespace: string): string =>
  transcript
    .replaceAll(namespace, 'NAMESPACE')
    .replace(/\b[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, 'KLOG ')
    .replace(/\b(debugger-|node-debugger-\w+-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1RANDOM')
    .replace(/\bevery-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, 'every-POD')
    .replace(/containerd:\/\/[0-9a-f]+/g, 'containerd://ID')
    .replace(/\b[0-9a-f]{63,64}\b/g, 'ID')
    .replace(/netns\/cni-[0-9a-f-]+/g, 'netns/ID');

export async function transcriptOf(who: Who, steps: readonly Step[], namespace: string, folder: string): Promise<string> {
  // A bash of the first level whose input is a socket takes itself for one that sshd started, and reads something else.
  const env = { BASH_ENV: join(import.meta.dirname, 'lib.sh'), SHLVL: '1' };
  await real('delete', 'namespace', namespace, '--ignore-not-found');
  const transcript = await runSession({ kubectl: executable(who, folder), kubeconfig: KUBECONFIG, folder, steps, namespace, env });
  await real('delete', 'namespace', namespace, '--ignore-not-found');
  if (transcript.includes(': command not found')) throw new Error(`the session itself is wrong:\n${transcript}`);
  return settled(transcript, namespace);
}

/** The real one, for what is made ready before and put away afterwards. */
export const real = (...args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(REAL, [...args], { env: { ...process.env, KUBECONFIG }, encoding: 'utf8' }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
