// The built command with minikube and kind, for which stand-ins check every word and keep state: made, made again, looked at, deleted.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal, type Ran } from '../fixtures/ckadet.ts';
import { type StandIns, standIns } from '../fixtures/local-providers/stand-ins.ts';
import { temporaryFolder } from '../fixtures/scratch.ts';

const scratch = temporaryFolder();
const home = join(scratch.path, 'state');
let nodes: readonly string[] = [];
let machine: StandIns;

beforeAll(async () => {
  machine = await standIns(scratch.path, ['minikube', 'kind', 'docker'], () => nodes);
});
beforeEach(() => machine.forgetCalls());
afterAll(() => {
  machine.server.close();
  scratch.remove();
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  ckadet(['cluster', ...args], { home, env: { HOME: scratch.path, COLUMNS: '400', ...machine.env, ...env } });
function file(name: string, text: string): string {
  const path = join(scratch.path, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}
/** What is kept of a cluster of hosts. */
const OF_HOSTS = { file: '/c/hosts.yaml', provider: 'kubeadm', topology: 'single', version: 'v1.35.4', endpoint: '', hosts: ['n1'], createdAt: '' };
const at = (cluster: string, name: string): string => join(home, 'provision', cluster, name);

describe('minikube', () => {
  const path = file('minibox', 'name: minibox\nprovider: minikube\nnodes: 3\ndriver: kvm\ncni: calico\naddons: [metrics-server]\n');
  const docker = file('minibox-docker', 'name: minibox\nprovider: minikube\nnodes: 3\ncni: calico\naddons: [metrics-server]\n');

  it('is planned and validated where it is not there yet', async () => {
    const validated = await run(['validate', '-f', path]);
    expect(validated).toMatchObject({ exitCode: 0, stdout: 'The cluster file is right: minibox, Kubernetes v1.35.4, minikube, 3 nodes\n' });
    const { exitCode, stdout } = await run(['plan', '-f', path]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Taken for granted:\n  the driver kvm2 is not there; ');
    expect(stdout).toContain('minikube start -n 3 --driver=kvm2 --container-runtime=containerd --cni=calico -p minibox ');
  });

  it('is not made without what it needs, and it is said how to get that', async () => {
    expect(await run(['create', '-y', '-f', path])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(
        /Error: the driver kvm2 is not there \[PROVIDER_MISSING\]\n {2}why {3}none of its programs is on the PATH: virsh\n {2}next {2}how to get it: /,
      ) as string,
    });
    expect(await run(['create', '-y', '-f', docker], { STAND_IN_DOCKER: 'stopped' })).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('docker is installed, and does not work [PROVIDER_MISSING]') as string,
    });
    expect(await run(['create', '-f', docker])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_CONFIRMED]') as string });
    expect(await run(['kubeconfig', '-f', docker])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[CLUSTER_NOT_MADE]') as string });
    expect(existsSync(machine.statePath('minikube'))).toBe(false);
  });

  it('in a dry run lets minikube check, and changes nothing', async () => {
    const { exitCode, stdout } = await run(['create', '--dry-run', '-f', docker]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'To be done:\n  - start the cluster\n' });
    const starts = machine.calls().filter((call) => call.startsWith('minikube start'));
    expect(starts).toEqual([expect.stringContaining('minikube start --dry-run -n 3 --driver=docker ')]);
    expect(existsSync(machine.statePath('minikube'))).toBe(false);
  });

  it('is made, after its own dry run, with a kubeconfig of its own', async () => {
    const { exitCode, stdout, stderr } = await run(['create', '-y', '--explain', '-f', docker]);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^The cluster minibox is ready\n/) as string });
    expect(stderr).toContain('Let minikube check the settings: its dry run finds');
    expect(machine.calls().slice(-2)).toEqual([expect.stringContaining('minikube start --dry-run '), expect.stringMatching(/^minikube start -n 3 /)]);
    expect(statSync(at('minibox', 'kubeconfig')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(scratch.path, '.kube'))).toBe(false);
  });

  it('is left as it is the second time', async () => {
    expect(await run(['create', '-y', '-f', docker])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('The cluster minibox is as the file says: nothing was changed') as string,
    });
    expect(machine.calls().some((call) => call.startsWith('minikube start'))).toBe(false);
  });

  it('tells how it is', async () => {
    nodes = ['minibox', 'minibox-m02', 'minibox-m03'];
    const { exitCode, stdout } = await run(['status', '-f', docker]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^minibox is healthy: http:\/\/127\.0\.0\.1:\d+ answers\n/);
    expect(stdout).toMatch(/\nminibox-m02 +worker +host Running, kubelet Running +Ready\n/);
    writeFileSync(machine.statePath('minikube'), JSON.stringify({ minibox: ['Running', 'Stopped', 'Running'] }));
    const stopped = await run(['status', '--json', '-f', docker]);
    expect(stopped.exitCode).toBe(1);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      state: 'stopped',
      isHealthy: false,
      problems: ['minibox-m02 does not run: host Stopped, kubelet Stopped'],
    });
  });

  it('is started again where it is stopped', async () => {
    expect((await run(['create', '-y', '-f', docker])).stdout).toContain('The cluster minibox is ready');
    expect(machine.calls().at(-1)).toMatch(/^minikube start -n 3 /);
  });

  it('whose size differs from the file is not touched', async () => {
    const larger = file('larger', 'name: minibox\nprovider: minikube\nnodes: 4\n');
    expect(await run(['create', '-y', '-f', larger])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('minibox has 3 nodes, and the file says 4 [CLUSTER_DIFFERS]') as string,
    });
  });

  it('gives its kubeconfig, also into the own one', async () => {
    expect((await run(['kubeconfig', '-f', docker])).stdout).toBe(`${at('minibox', 'kubeconfig')}\n`);
    expect(machine.calls().at(-1)).toBe('minikube update-context -p minibox');
    expect((await run(['kubeconfig', '--merge', '-f', docker])).stdout).toContain('and is the current one: kubectl get nodes');
    expect(readFileSync(join(scratch.path, '.kube', 'config'), 'utf8')).toContain('name: minibox');
  });

  it('is known by its name, and what is advised names it the same way', async () => {
    expect((await run(['kubeconfig', 'minibox'])).stdout).toBe(`${at('minibox', 'kubeconfig')}\n`);
    expect(await run(['status', 'minibxo'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean minibox?') as string });
    expect(await run(['status', 'minibox', '-f', docker])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[TWO_CLUSTERS]') as string });
    const changed = file('changed', 'name: minibox\nprovider: minikube\nnodes: 4\n');
    expect((await run(['create', '-y', '-f', changed])).stderr).toContain(`ckadet cluster delete -f ${changed}, then`);
    const moved = file('minibox-docker', 'name: tiny\nprovider: minikube\n');
    const { exitCode, stderr } = await run(['kubeconfig', 'minibox']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`Warning: ${moved} describes another cluster now`) as string });
    file('minibox-docker', 'name: minibox\nprovider: minikube\nnodes: 3\ncni: calico\naddons: [metrics-server]\n');
  });

  it('is refused where a command is for hosts', async () => {
    expect(await run(['reset', '-y', '-f', docker])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[NOT_FOR_PROVIDER]') as string });
  });

  it('that other hands made is neither changed nor deleted', async () => {
    writeFileSync(machine.statePath('minikube'), JSON.stringify({ minibox: ['Running', 'Running', 'Running'], work: ['Running'] }));
    const other = file('work', 'name: work\nprovider: minikube\n');
    for (const verb of ['create', 'delete'])
      expect(await run([verb, '-y', '-f', other])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[CLUSTER_TAKEN]') as string });
    expect(readFileSync(machine.statePath('minikube'), 'utf8')).toContain('"work"');
  });

  it('with the name of a cluster of hosts is not deleted, and what is kept of that one stays', async () => {
    mkdirSync(at('work', ''), { recursive: true });
    writeFileSync(at('work', 'cluster.json'), JSON.stringify({ name: 'work', ...OF_HOSTS }));
    const other = file('work', 'name: work\nprovider: minikube\n');
    expect(await run(['delete', '-y', '-f', other])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[OTHER_CLUSTER]') as string });
    expect(readFileSync(machine.statePath('minikube'), 'utf8')).toContain('"work"');
    expect(existsSync(at('work', 'cluster.json'))).toBe(true);
    rmSync(at('work', ''), { recursive: true });
  });

  it('that was not finished is gone on with', async () => {
    const record = JSON.parse(readFileSync(at('minibox', 'cluster.json'), 'utf8')) as object;
    writeFileSync(at('minibox', 'cluster.json'), JSON.stringify({ ...record, finished: false }));
    expect((await run(['list'])).stdout).toMatch(/minibox .* half /);
    machine.forgetCalls();
    expect((await run(['create', '-y', '-f', docker])).exitCode).toBe(0);
    expect(machine.calls().filter((call) => call.startsWith('minikube start -n'))).toHaveLength(1);
    expect((await run(['list'])).stdout).not.toContain(' half ');
  });

  it('that fails says what minikube said', async () => {
    const small = file('small', 'name: small\nprovider: minikube\nmemory: 1g\n');
    const { exitCode, stderr } = await run(['create', '-y', '-f', small]);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('could not let minikube check the settings [STEP_FAILED]');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'RSRC_INSUFFICIENT_REQ_MEMORY: Requested memory allocation 1024MiB is less than the usable minimum of 1800MB',
    );
    expect(readFileSync(at('small', 'journal.jsonl'), 'utf8')).toMatch(/"action":"check".*"outcome":"failed".*"exitCode":23/);
  });

  it('is deleted and forgotten', async () => {
    expect((await run(['delete', '--dry-run', '-f', docker])).stdout).toBe('To be done:\n  - delete the cluster\n');
    const own = join(scratch.path, '.kube', 'config');
    expect((await run(['delete', '-y', '-f', docker])).stdout).toBe(
      `minibox is deleted, and forgotten here.\nThe context of minibox is taken out of ${own}.\n`,
    );
    expect(readFileSync(own, 'utf8')).not.toContain('minibox');
    expect(machine.calls().at(-1)).toBe('minikube delete -p minibox');
    expect(existsSync(at('minibox', ''))).toBe(false);
    expect((await run(['delete', '-y', '-f', docker])).stdout).toBe('Nothing is to be deleted: minikube has no cluster minibox.\n');
    expect((await run(['status', '-f', docker])).exitCode).toBe(1);
  });
});

it('of a machine that is gone is forgotten without asking its provider', async () => {
  const path = file('gone', 'name: gone\nprovider: kind\n');
  await run(['create', '-y', '-f', path]);
  machine.forgetCalls();
  rmSync(path);
  rmSync(at('gone', 'cluster.yaml'));
  expect(await run(['status', 'gone'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('ckadet cluster delete gone --forget') as string });
  expect((await run(['delete', 'gone', '--forget', '-y'])).stdout).toBe(
    'gone is forgotten here.\nWhat kind has of it was not cleaned: see what is there: kind get clusters\n',
  );
  expect(machine.calls()).toEqual([]);
  expect(existsSync(at('gone', ''))).toBe(false);
});

it('that was taken back from its hosts leaves nothing behind when it is forgotten', async () => {
  const record = { name: 'back', ...OF_HOSTS };
  mkdirSync(at('back', ''), { recursive: true });
  writeFileSync(at('back', 'cluster.json'), JSON.stringify({ ...record, takenBack: true }));
  expect((await run(['delete', 'back', '--forget', '-y'])).stdout).toBe('back is forgotten here.\n');
  mkdirSync(at('back', ''), { recursive: true });
  writeFileSync(at('back', 'cluster.json'), JSON.stringify(record));
  expect((await run(['delete', 'back', '--forget', '-y'])).stdout).toContain('What was done on n1 was not cleaned');
});

describe('kind', () => {
  const path = file('shop', 'name: shop\nprovider: kind\ncontrolPlanes: 3\nworkers: 1\nportMappings: [{containerPort: 30080, hostPort: 8080}]\n');

  it('is made from a configuration of its own', async () => {
    expect((await run(['create', '-y', '-f', path])).stdout).toMatch(/^The cluster shop is ready\n/);
    expect(machine.calls().at(-1)).toBe(
      `kind create cluster --name shop --config ${at('shop', 'kind.yaml')} --image kindest/node:v1.35.0 --kubeconfig ${at('shop', 'kubeconfig')} --wait 5m`,
    );
    expect(readFileSync(at('shop', 'kind.yaml'), 'utf8')).toContain('apiVersion: kind.x-k8s.io/v1alpha4');
    expect((await run(['create', '-y', '-f', path])).stdout).toContain('nothing was changed');
  });

  it('that was not finished has to be made anew', async () => {
    const whole = readFileSync(at('shop', 'cluster.json'), 'utf8');
    writeFileSync(at('shop', 'cluster.json'), JSON.stringify({ ...(JSON.parse(whole) as object), finished: false }));
    expect(await run(['create', '-y', '-f', path])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[HALF_MADE]') as string });
    writeFileSync(at('shop', 'cluster.json'), whole);
  });

  it('that was made anew by other hands is reached again after create', async () => {
    const fresh = readFileSync(at('shop', 'kubeconfig'), 'utf8');
    writeFileSync(at('shop', 'kubeconfig'), fresh.replace(/server: .*/, 'server: https://127.0.0.1:1'));
    expect((await run(['create', '-y', '-f', path])).stdout).toContain('nothing was changed');
    expect(readFileSync(at('shop', 'kubeconfig'), 'utf8')).toBe(fresh);
  });

  it('tells how it is, and which node never joined', async () => {
    nodes = ['shop-control-plane', 'shop-control-plane2', 'shop-control-plane3', 'shop-worker'];
    expect(await run(['status', '-f', path])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/shop-worker +worker +- +Ready/) as string });
    nodes = nodes.slice(0, 3);
    machine.server.closeAllConnections();
    const { exitCode, stdout } = await run(['status', '--json', '-f', path]);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { problems: ['node shop-worker is not in the cluster'] }]);
  });

  it('gives its kubeconfig, mode 0600, and no secret of it is in a journal', async () => {
    expect((await run(['kubeconfig', '-f', path])).stdout).toBe(`${at('shop', 'kubeconfig')}\n`);
    expect(machine.calls().at(-1)).toBe('kind get kubeconfig --name shop');
    expect(statSync(at('shop', 'kubeconfig')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('shop', 'journal.jsonl'), 'utf8')).not.toContain('secret-of');
  });

  it('whose image is not there says so', async () => {
    const absent = file('absent', 'name: absent\nprovider: kind\nimage: absent/node:v1.35.0\n');
    const { exitCode, stderr } = await run(['create', '-y', '-f', absent]);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('failed to pull image "absent/node:v1.35.0"')]);
  });

  it('is written as documents, scripts and files', async () => {
    const out = join(scratch.path, 'out');
    expect((await run(['plan', '-f', path, '--runbook', join(out, 'r.md'), '--script', out, '--write', out])).exitCode).toBe(0);
    expect(readFileSync(join(out, 'run.sh'), 'utf8')).toContain('kind create cluster --name shop');
    expect(readFileSync(join(out, 'this-machine', at('shop', 'kind.yaml')), 'utf8')).toContain('extraPortMappings');
  });

  it('is deleted', async () => {
    expect((await run(['delete', '-y', '-f', path])).stdout).toBe('shop is deleted, and forgotten here.\n');
    expect(machine.calls().at(-1)).toBe(`kind delete cluster --name shop --kubeconfig ${at('shop', 'kubeconfig')}`);
  });
});

describe('the stand-ins', () => {
  it('refuse flags that are not documented as the real programs do', async () => {
    const { parseFlags } = await import('../fixtures/local-providers/flags.ts');
    expect(() => parseFlags('nodes/n= dry-run', ['-n', '3', '--dry-run', '--cnis=calico'])).toThrow('unknown flag: --cnis');
    expect(() => parseFlags('nodes/n= dry-run', ['-x'])).toThrow("unknown shorthand flag: 'x' in -x");
    expect(() => parseFlags('nodes/n=', ['--nodes'])).toThrow('flag needs an argument: --nodes');
  });
});

describe('init', () => {
  it('writes files that validate, with the schema beside them for editors', async () => {
    const path = join(scratch.path, 'new', 'cluster.yaml');
    const written = await run([
      'init',
      'box',
      '--provider',
      'minikube',
      '--nodes',
      '2',
      '--addons',
      'ingress',
      '--schema',
      './cluster.schema.json',
      '-o',
      path,
    ]);
    expect(written).toMatchObject({ exitCode: 0, stdout: `${path} is written. See what it leads to: ckadet cluster plan -f ${path}\n` });
    expect(readFileSync(path, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/cluster\.schema\.json\n/);
    expect((await run(['validate', '-f', path])).stdout).toBe('The cluster file is right: box, Kubernetes v1.35.4, minikube, 2 nodes\n');
    const { stdout } = await run(['validate', '--schema']);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'cluster.yaml of ckadet' });
  });

  it('replaces no file unasked, and names everything that is missing', async () => {
    const path = join(scratch.path, 'new', 'cluster.yaml');
    expect(await run(['init', 'box', '--provider', 'kind', '-o', path])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[FILE_EXISTS]') as string,
    });
    const { exitCode, stderr } = await run(['init', 'ha', '--yes', '--topology', 'ha-stacked', '-o', join(scratch.path, 'ha.yaml')]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/2 options are missing for a cluster of ha-stacked \[MISSING_OPTIONS\][^]*--control-plane HOSTS[^]*--endpoint ADDRESS/),
    ]);
  });

  it('asks on a terminal', async () => {
    const path = join(scratch.path, 'asked.yaml');
    const terminal = ckadetOnTerminal(['cluster', 'init', 'asked', '--provider', 'kind', '--kubernetes-version', '1.36', '-o', path], {
      home,
      env: machine.env,
    });
    await terminal.shows(/How many control planes\?/);
    terminal.type('\r');
    await terminal.shows(/How many workers\?/);
    terminal.type('3\r');
    await terminal.shows(/workers: 3[^]*Write this to/);
    terminal.type('y\r');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('workers: 3\n');
  });
});
