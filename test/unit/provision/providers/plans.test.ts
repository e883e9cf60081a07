// What minikube and kind are told, for files from the shortest to the longest, against recorded plans: `npx vitest run -u` records them anew.
import { describe, expect, it } from 'vitest';
import { describeLocalPlan, localRunbook, localScript } from '../../../../src/provision/providers/local/local-plan.ts';
import type { Detection, LocalCluster, Place } from '../../../../src/provision/providers/provider.ts';
import { LOCAL_PROVIDERS } from '../../../../src/provision/providers/registry.ts';
import { KIND_FILES, MINIKUBE_FILES } from '../../../fixtures/local-providers/files.ts';

const place = (name: string): Place => ({ kubeconfig: `/state/provision/${name}/kubeconfig`, path: (file) => `/state/provision/${name}/${file}` });
const parse = (source: string): LocalCluster => {
  const provider = LOCAL_PROVIDERS.find(({ name }) => source.includes(`provider: ${name}`));
  if (!provider) throw new Error('no such provider');
  return provider.parse(source, 'cluster.yaml');
};
const golden = (path: string): string => new URL(`../../../golden/provision/${path}.txt`, import.meta.url).pathname;
const withDriver: Detection = { found: { minikube: 'v1.37.0' }, missing: [], chosen: { driver: 'podman' } };

describe.each([
  ['minikube', MINIKUBE_FILES],
  ['kind', KIND_FILES],
] as const)('%s', (provider, files) => {
  it.each(Object.entries(files))('is planned for the file %s', async (name, source) => {
    const cluster = parse(source);
    const plan = cluster.plan(undefined, place(cluster.name));
    await expect(describeLocalPlan(plan)).toMatchFileSnapshot(golden(`${provider}/${name}`));
  });
});

describe('a plan', () => {
  it('takes the driver that was found', () => {
    const cluster = parse(MINIKUBE_FILES['shortest'] ?? '');
    const [check, start] = cluster.plan(withDriver, place('tiny')).steps;
    expect(start?.args).toContain('--driver=podman');
    expect(check?.args).toEqual(['start', '--dry-run', ...(start?.args.slice(1) ?? [])]);
  });

  it('is the words of the notes for the cluster of the notes', () => {
    const { steps } = parse(MINIKUBE_FILES['seeds'] ?? '').plan(undefined, place('minibox'));
    expect(steps.at(-1)?.args.join(' ')).toMatch(/^start -n 3 --driver=kvm2 --container-runtime=containerd --cni=calico -p minibox /);
  });

  it('is a document and a script too', () => {
    const plan = parse(KIND_FILES['nodes'] ?? '').plan(undefined, place('shop'));
    expect(localRunbook(plan)).toContain('## 1. Create the cluster');
    const script = localScript(plan);
    expect(script).toContain(`cat > '/state/provision/shop/kind.yaml' <<'CKADET_END'\n# Written by ckadet`);
    expect(script).toMatch(/\nkind create cluster --name shop --config \/state\/provision\/shop\/kind.yaml /);
  });

  it('says what the clusters can do', () => {
    expect(parse(MINIKUBE_FILES['everything'] ?? '').capabilities).toMatchObject({ workers: 1, metrics: true, 'network-policy': true, ingress: true });
    expect(parse(MINIKUBE_FILES['shortest'] ?? '').capabilities).toMatchObject({ workers: 0, metrics: false, 'network-policy': false });
    expect(parse(KIND_FILES['nodes'] ?? '').capabilities).toMatchObject({ workers: 2, 'network-policy': true });
    expect(parse(KIND_FILES['everything'] ?? '').capabilities).toMatchObject({ workers: 1, 'network-policy': false });
  });
});
