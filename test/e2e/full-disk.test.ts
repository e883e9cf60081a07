// A disk that is full under a running cluster: status says why it ended, and what ckadet advises works. Needs to be allowed to mount.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/scratch.ts';

const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k x /mnt']).status === 0;
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const ENTRY = new URL('../../dist/ckadet.js', import.meta.url).pathname;
const scratch = temporaryFolder();
afterAll(() => scratch.remove());

it.skipIf(!canMount || !hasKubectl)('is told by status, and down --delete makes room', () => {
  const home = join(scratch.path, 'disk');
  mkdirSync(home);
  const script = `
    mount -t tmpfs -o size=8m disk ${home}
    ckadet() { '${process.execPath}' '${ENTRY}' "$@"; }
    ckadet up >/dev/null
    dd if=/dev/zero of=${home}/fill bs=4k
    kubectl --kubeconfig ${home}/clusters/cka/kubeconfig create namespace x
    until ckadet status | grep -q killed; do :; done
    ckadet status --json
    echo === && cat ${home}/clusters/cka/server.log
    echo === && ckadet down; ckadet down cka --delete; echo "rc $?"; ls ${home}/clusters`;
  const { stdout } = spawnSync('unshare', ['-rm', 'bash', '-c', script], {
    env: { PATH: process.env['PATH'], HOME: scratch.path, CKADET_HOME: home },
    encoding: 'utf8',
  });
  const [status = '', log = '', end = ''] = stdout.split('===\n');
  expect(JSON.parse(status)).toMatchObject({ clusters: [{ state: 'killed', reason: expect.stringContaining('the disk is full') as string }] });
  expect(log.match(/event not written/g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(end).toContain('Cluster cka is deleted.\nrc 0\n');
});
