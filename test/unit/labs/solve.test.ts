// Solutions mean the cluster of the lab, whatever starts kubectl and whichever context is current.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ApiClient } from '../../../src/kube/client/api-client.ts';
import { loadKubeconfig } from '../../../src/kube/kubeconfig/load.ts';
import { loadLab } from '../../../src/labs/library.ts';
import { practiceWith } from '../../../src/labs/practice.ts';
import { playScript } from '../../../src/labs/solve.ts';
import { labFolder, targetOf } from '../../fixtures/lab-folder.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: work
clusters: [{name: far, cluster: {server: 'https://192.0.2.1:6443'}}, {name: near, cluster: {server: 'https://192.0.2.2:6443'}}]
contexts: [{name: work, context: {cluster: far, user: ''}}, {name: practice, context: {cluster: near, user: ''}}]
`;

test.each(['kubectl', 'env kubectl', 'command kubectl', 'echo | xargs kubectl'])('a script that says `%s` works on the context of the lab', async (words) => {
  const folder = scratchFolder();
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, KUBECONFIG);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // Keeps what a kubectl would read.
  writeFileSync(
    join(bin, 'kubectl'),
    `#!/bin/bash\necho "$*" >'${folder}/arguments'\nIFS=:\nn=0\nfor file in $KUBECONFIG; do n=$((n + 1)); cp "$file" '${folder}'/seen-$n; done\n`,
  );
  chmodSync(join(bin, 'kubectl'), 0o755);
  const lab = await loadLab(labFolder(), 'small');
  const target = { ...targetOf({} as ApiClient), context: 'practice', kubeconfig, origin: 'external' as const };
  const ran = await playScript(practiceWith(lab, { ns: 'red' }, target), `${words} get pods`, { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(folder, 'arguments'), 'utf8').trim()).toBe('get pods');
  const seen = await loadKubeconfig({ env: { KUBECONFIG: [1, 2].map((n) => join(folder, `seen-${n}`)).join(':') } });
  expect(seen.currentContext).toBe('practice');
  expect([...seen.contexts.keys()].toSorted()).toEqual(['practice', 'work']);
  expect(readFileSync(kubeconfig, 'utf8')).toBe(KUBECONFIG);
});
