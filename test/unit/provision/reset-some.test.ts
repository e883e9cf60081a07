// One worker is taken back, and the cluster goes on: the other hosts are not touched, and the way in stays.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { silentProgress } from '../../../src/platform/progress.ts';
import { kubeconfigPath } from '../../../src/provision/cluster-kubeconfig.ts';
import { plannedReset, resetCluster } from '../../../src/provision/runs/reset.ts';
import { Site } from '../../../src/provision/site.ts';
import { clusterYaml } from '../../fixtures/cluster-files.ts';
import { pretendSite } from '../../fixtures/pretend-site.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';
import { nobody } from '../../fixtures/scripted-questions.ts';
import { noTerminal } from '../../fixtures/ssh-hosts.ts';

it('takes back the worker alone', async () => {
  const site = await pretendSite(scratchFolder(), clusterYaml('single'));
  const [n1, n2] = [site.host('n1'), site.host('n2')];
  const bare = n2.state;
  await site.create();
  const [made, asked] = [n1.state, n1.commandLines.length];

  const { signal } = new AbortController();
  const options = { clock: wallClock, home: site.home, signal, questions: nobody, terminal: noTerminal(), env: { USER: 'tester' } };
  const one = Site.over(site.loaded, options, [n2.host]);
  const run = { home: site.home, signal, progress: silentProgress, dryRun: false, explain: false, parallel: 2, keepKubeconfig: true };
  const { hosts } = await resetCluster(one, await plannedReset(one, signal), run);
  await one.close();

  expect(hosts).toEqual(['n2']);
  expect(n2.state).toEqual(bare);
  expect([n1.state, n1.commandLines.length]).toEqual([made, asked]);
  expect(existsSync(kubeconfigPath(site.home, 'demo'))).toBe(true);
});
