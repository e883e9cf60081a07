// How scripts log in to a host: as ckadet itself does, from whatever folder they are run in.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clusterSpec, type HostSpec } from '../../../src/provision/cluster-file/cluster-spec.ts';
import { parseClusterFile } from '../../../src/provision/cluster-file/parse.ts';
import { sshWords, targetOf } from '../../../src/provision/host-login.ts';
import { shellQuoted } from '../../../src/platform/shell-quote.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

function hostWith(fields: string): HostSpec {
  const source = `name: demo\ntopology: single\nhosts:\n  - {name: n1, address: 192.168.2.11, roles: [control-plane]${fields}}\n`;
  return clusterSpec(parseClusterFile(source, 'cluster.yaml')).first;
}

it.each([
  ['this machine', ', kind: local', undefined],
  ['an address alone', '', ['192.168.2.11']],
  ['user and port', ', user: debian, port: 2222', ['-p', '2222', 'debian@192.168.2.11']],
  ['a key beside the file', ', identity: keys/id', ['-i', '/clusters/lab/keys/id', '192.168.2.11']],
  ['a key of the home folder', ', identity: ~/.ssh/lab', ['-i', '~/.ssh/lab', '192.168.2.11']],
  ['a key that the environment names', ', identity: "${KEYS}/lab"', ['-o', 'IdentityFile="${KEYS}/lab"', '192.168.2.11']],
  ['jump hosts', ', jump: ["admin@bastion:2200", "fd00::1"]', ['-J', 'admin@bastion:2200,[fd00::1]', '192.168.2.11']],
])('%s', (_, fields, words) => {
  expect(sshWords(hostWith(fields), '/clusters/lab')).toEqual(words);
});

it('the key beside the file is the one that ckadet takes, too', () => {
  expect(targetOf(hostWith(', identity: keys/id'), '/clusters/lab')).toMatchObject({ identities: ['/clusters/lab/keys/id'] });
});

it('a key is shown to the hosts on the way, and each is reached through those before it', () => {
  const bin = scratchFolder();
  // Says its words, and what it was told to go through, as ssh would.
  const script = `#!/bin/sh
for word in "$@"; do printf '<%s>' "$word"; done; echo
for word in "$@"; do case $word in ProxyCommand=*) sh -c "$(printf %s "\${word#ProxyCommand=}" | sed 's/%%/\\x01/g; s/%h/HOST/g; s/%p/PORT/g; s/\\x01/%/g')" ;; esac; done
`;
  writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 });
  const words = sshWords(hostWith(', identity: "keys/my 100% id", jump: [admin@outer, "inner:2200"]'), '/lab') ?? [];
  const { stdout } = spawnSync('sh', ['-c', `ssh ${words.map(shellQuoted).join(' ')}`], { env: { PATH: `${bin}:${process.env['PATH']}` }, encoding: 'utf8' });
  const [last, inner, outer, ...rest] = stdout.trim().split('\n');
  expect(last).toMatch(/^<-o><IdentityFile="\/lab\/keys\/my 100%% id"><-o><ProxyCommand=.*><192\.168\.2\.11>$/);
  expect(inner).toMatch(/^<-o><BatchMode=yes><-o><IdentityFile="\/lab\/keys\/my 100%% id"><-o><ProxyCommand=.*><-W><\[HOST\]:PORT><-p><2200><inner>$/);
  expect(outer).toBe('<-o><BatchMode=yes><-o><IdentityFile="/lab/keys/my 100%% id"><-W><[HOST]:PORT><admin@outer>');
  expect(rest).toEqual([]);
});
