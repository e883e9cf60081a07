// What is found on machines of every kind, which driver is chosen, and what is said where something is missing.
import { describe, expect, it } from 'vitest';
import { ORDER } from '../../../../src/provision/providers/minikube/drivers.ts';
import type { LocalCluster, Place } from '../../../../src/provision/providers/provider.ts';
import { LOCAL_PROVIDERS } from '../../../../src/provision/providers/registry.ts';
import { machineWith } from '../../../fixtures/local-providers/odd-machine.ts';

const parse = (provider: string, more = ''): LocalCluster => {
  const found = LOCAL_PROVIDERS.find(({ name }) => name === provider)?.parse(`name: lab\nprovider: ${provider}\n${more}`, 'cluster.yaml');
  if (!found) throw new Error('no such provider');
  return found;
};
const place: Place = { kubeconfig: '/state/kubeconfig', path: (name) => `/state/${name}` };
const MINIKUBE = { minikube: { stdout: '{"commit":"65318f4c","minikubeVersion":"v1.37.0"}' } };

describe('minikube', () => {
  it.each([
    [['docker', 'virsh', 'podman'], 'docker'],
    [['virsh', 'podman', 'VBoxManage'], 'kvm2'],
    [['qemu-system-x86_64', 'VBoxManage', 'podman'], 'podman'],
    [['qemu-system-x86_64', 'VBoxManage', 'vmrun'], 'vmware'],
    [['qemu-system-x86_64', 'VBoxManage'], 'virtualbox'],
    [['qemu-system-aarch64'], 'qemu'],
  ])('takes the first driver of the order from %j on Linux: %s', async (programs, driver) => {
    const machine = machineWith({ ...MINIKUBE, ...Object.fromEntries(programs.map((program) => [program, {}])) });
    expect(await parse('minikube').detect(machine)).toEqual({ found: { minikube: 'v1.37.0' }, missing: [], chosen: { driver } });
  });

  it('takes another where the first does not work', async () => {
    const machine = machineWith({ ...MINIKUBE, docker: { exitCode: 1 }, podman: {} });
    expect((await parse('minikube').detect(machine)).chosen).toEqual({ driver: 'podman' });
  });

  it('has an order for each operating system, and none is in no order', async () => {
    expect(ORDER).toEqual({
      linux: ['docker', 'kvm2', 'podman', 'vmware', 'virtualbox', 'qemu'],
      darwin: ['docker', 'virtualbox', 'hyperkit', 'vmware', 'parallels', 'qemu'],
      win32: ['docker', 'virtualbox', 'hyperv', 'vmware', 'qemu'],
    });
    expect((await parse('minikube').detect(machineWith({ ...MINIKUBE, prlctl: {}, 'qemu-system-aarch64': {} }, 'darwin'))).chosen).toEqual({
      driver: 'parallels',
    });
    expect((await parse('minikube', 'driver: none\nprofile: minikube\n').detect(machineWith(MINIKUBE))).chosen).toEqual({ driver: 'none' });
    expect((await parse('minikube', 'driver: none\nprofile: minikube\n').detect(machineWith(MINIKUBE, 'darwin'))).missing).toHaveLength(1);
  });

  it('says what is missing and how to get it there', async () => {
    const { missing } = await parse('minikube').detect(machineWith({}));
    expect(missing.map(({ what }) => what)).toEqual(['minikube is not installed', 'nothing is installed that minikube could run its nodes in']);
    expect(missing[0]?.get[0]).toContain('minikube-linux-');
    const mac = await parse('minikube').detect(machineWith({}, 'darwin'));
    expect(mac.missing.map(({ get }) => get[0])).toEqual(['brew install minikube', 'brew install --cask docker']);
    const broken = await parse('minikube').detect(machineWith({ ...MINIKUBE, docker: { exitCode: 1 } }));
    expect(broken.missing).toMatchObject([
      { what: 'docker is installed, and does not work', get: [expect.stringContaining('usermod -aG docker'), expect.any(String)] },
    ]);
    const asked = await parse('minikube', 'driver: kvm\n').detect(machineWith({ ...MINIKUBE, docker: {} }));
    expect(asked.missing).toMatchObject([{ what: 'the driver kvm2 is not there', why: 'none of its programs is on the PATH: virsh' }]);
  });

  it('reads the status of one node, of several, of a stopped one, and of none', async () => {
    const node = { Name: 'lab', Host: 'Running', Kubelet: 'Running', APIServer: 'Running', Kubeconfig: 'Configured', Worker: false };
    const worker = { ...node, Name: 'lab-m02', APIServer: 'Irrelevant', Kubeconfig: 'Irrelevant', Worker: true };
    const status = (answer: unknown, exitCode = 0) => parse('minikube').state(machineWith({ minikube: { stdout: JSON.stringify(answer), exitCode } }), place);
    expect(await status(node)).toMatchObject({ state: 'running', nodes: [{ name: 'lab', role: 'control-plane' }] });
    expect(await status([node, worker])).toMatchObject({
      state: 'running',
      nodes: [{ parts: { apiserver: 'Running' } }, { name: 'lab-m02', role: 'worker', parts: { host: 'Running', kubelet: 'Running' } }],
    });
    expect(await status([node, { ...worker, Host: 'Stopped', Kubelet: 'Stopped' }], 3)).toMatchObject({ state: 'stopped' });
    expect(await status({ type: 'io.k8s.sigs.minikube.error' }, 85)).toEqual({ state: 'absent', nodes: [] });
    await expect(status('', 80)).rejects.toMatchObject({ code: 'PROVIDER_FAILED', exitCode: 5 });
  });
});

describe('kind', () => {
  const KIND = { kind: { stdout: 'kind v0.30.0 go1.24.6 linux/amd64' } };

  it('needs something that runs containers, and takes any of three', async () => {
    expect(await parse('kind').detect(machineWith({ ...KIND, docker: { stdout: '28.1.1\n' } }))).toEqual({
      found: { kind: 'v0.30.0', docker: '28.1.1' },
      missing: [],
      chosen: {},
    });
    expect((await parse('kind').detect(machineWith({ ...KIND, docker: { exitCode: 1 }, podman: { stdout: '5.4.0' } }))).found).toEqual({
      kind: 'v0.30.0',
      podman: '5.4.0',
    });
    expect((await parse('kind').detect(machineWith({ ...KIND, docker: { exitCode: 1 } }))).missing).toMatchObject([
      { what: 'docker is installed, and does not work' },
    ]);
    expect((await parse('kind').detect(machineWith({}, 'darwin'))).missing.map(({ get }) => get[0])).toEqual([
      'brew install kind',
      'brew install --cask docker',
    ]);
  });

  it('reads which clusters and nodes there are', async () => {
    const machine = machineWith({
      'kind get clusters': { stdout: 'lab\nother\n' },
      'kind get nodes --name lab': { stdout: 'lab-control-plane\nlab-control-plane2\nlab-external-load-balancer\nlab-worker\n' },
    });
    const { state, nodes } = await parse('kind').state(machine, place);
    expect([state, nodes.map(({ name, role }) => `${name} ${role}`)]).toEqual([
      'running',
      ['lab-control-plane control-plane', 'lab-control-plane2 control-plane', 'lab-worker worker'],
    ]);
    expect(await parse('kind').state(machineWith({ 'kind get clusters': { stderr: 'No kind clusters found.' } }), place)).toEqual({
      state: 'absent',
      nodes: [],
    });
    await expect(parse('kind').state(machineWith({ 'kind get clusters': { exitCode: 1, stderr: 'ERROR: docker' } }), place)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
    });
  });
});
