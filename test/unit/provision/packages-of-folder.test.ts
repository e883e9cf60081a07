// A folder of packages that lacks a manifest which the cluster needs is refused before any host is asked.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withPackages } from '../../../src/provision/load.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

function folderWith(...manifests: readonly string[]): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'packages', 'manifests'), { recursive: true });
  const sums = manifests.map((name) => {
    writeFileSync(join(folder, 'packages', 'manifests', name), name);
    return `${createHash('sha256').update(name).digest('hex')}  manifests/${name}\n`;
  });
  writeFileSync(join(folder, 'packages', 'SHA256SUMS'), sums.join(''));
  return join(folder, 'cluster.yaml');
}
const specWith = (more: string): ReturnType<typeof specOf> => specOf(clusterYaml('single', `packages: {source: folder, path: packages}\n${more}`));

it.each([
  ['cni: calico\n', ['kube-flannel.yml'], /calico/],
  ['addons: {metricsServer: true}\n', ['kube-flannel.yml'], /metrics-server/],
])('%j with nothing but %j', async (more, manifests, what) => {
  await expect(withPackages({ path: folderWith(...manifests), spec: specWith(more) })).rejects.toMatchObject({
    code: 'PACKAGES_INCOMPLETE',
    what: expect.stringMatching(what) as string,
  });
});

it('is taken where it has them', async () => {
  const path = folderWith('kube-flannel.yml', 'components.yaml');
  expect(await withPackages({ path, spec: specWith('addons: {metricsServer: true}\n') })).toMatchObject({ path });
});
