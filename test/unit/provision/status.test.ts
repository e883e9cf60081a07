// How a cluster is, from what its hosts tell: healthy, and each thing that can be wrong with it.
import { describe, expect, it } from 'vitest';
import { type ClusterStatus, clusterStatus, type Told } from '../../../src/provision/status/cluster-status.ts';
import { statusOf, statusScript, unitsOf } from '../../../src/provision/status/status-script.ts';
import { parseSurvey } from '../../../src/provision/survey/survey.ts';
import { clusterYaml, specOf } from '../../fixtures/cluster-files.ts';

const spec = specOf(clusterYaml('ha-stacked'));
const NODES = ['n1 True v1.35.4', 'n2 True v1.35.4', 'n3 True v1.35.4', 'n4 True v1.35.4'];

/** Lines of each host as they are when all is well; `change` edits those of one. */
function status(change: Readonly<Record<string, ((lines: readonly string[]) => readonly string[]) | { readonly why: string }>> = {}): ClusterStatus {
  const told = spec.hosts.map((host): readonly [string, Told] => {
    const well = [
      'owner=demo',
      'member=yes',
      ...unitsOf(host, spec).map((unit) => `unit=${unit} active`),
      ...(host.name === 'n2' ? ['holds=yes'] : []),
      ...(host.roles.includes('control-plane') ? ['etcd=healthy', 'api=ok', 'endpoint=ok', ...NODES.map((node) => `node=${node}`)] : []),
    ];
    const edit = change[host.name];
    if (typeof edit === 'object') return [host.name, edit];
    return [host.name, { answers: statusOf(parseSurvey((edit ? edit(well) : well).join('\n'))) }];
  });
  return clusterStatus(spec, new Map(told));
}

const without =
  (pattern: RegExp, ...instead: readonly string[]) =>
  (lines: readonly string[]): readonly string[] => [...lines.filter((line) => !pattern.test(line)), ...instead];

it('is healthy when all of it is', () => {
  expect(status()).toMatchObject({
    isHealthy: true,
    isMade: true,
    problems: [],
    endpoint: { url: 'https://10.0.0.100:8443', isReady: true, holder: 'n2' },
    etcd: { members: 3, healthy: 3 },
  });
});

describe('is not healthy', () => {
  it.each([
    ['a host that is down', { n4: { why: 'no route' } }, ['n4 cannot be reached: no route']],
    ['a unit', { n1: without(/kubelet/, 'unit=kubelet failed') }, [expect.stringMatching(/^kubelet on n1 is failed: ckadet cluster ssh n1/)]],
    ['a balancer', { n3: without(/haproxy/, 'unit=haproxy inactive') }, [expect.stringMatching(/^haproxy on n3 is inactive/)]],
    ['an API server', { n2: without(/^api/, 'api=connection refused') }, ['the API server of n2 is not ready: connection refused']],
    ['an etcd member', { n3: without(/^etcd/, 'etcd=unhealthy') }, ['the etcd member of n3 is not healthy']],
    ['a node', { n1: without(/^node=n4/, 'node=n4 Unknown v1.35.4') }, ['node n4 is not Ready: kubectl describe node n4']],
    ['a node that is missing', { n1: without(/^node=n4/) }, ['n4 is no node of the cluster: ckadet cluster create']],
    ['nobody with the address', { n2: without(/^holds/) }, ['nobody who can be reached holds the address 10.0.0.100']],
    ['two with the address', { n1: without(/^$/, 'holds=yes') }, ['n1 and n2 hold 10.0.0.100 at once: VRRP does not pass between them']],
  ])('with %s', (_what, change, problems) => {
    expect(status(change)).toMatchObject({ isHealthy: false, problems });
  });

  it('with an endpoint that answers nobody', () => {
    const away = without(/^endpoint/, 'endpoint=i/o timeout');
    expect(status({ n1: away, n2: away, n3: away }).problems).toEqual(['nobody answers at https://10.0.0.100:8443: i/o timeout']);
  });

  it('where it was never made', () => {
    const bare = without(/./);
    const found = status({ n1: bare, n2: bare, n3: { why: 'no route' }, n4: bare });
    expect(found).toMatchObject({
      isMade: false,
      isHealthy: false,
      problems: ['n3 cannot be reached: no route', 'demo is not made: no host that answers belongs to it; ckadet cluster create makes it'],
    });
    const silent = { why: 'nothing answered' };
    expect(status({ n1: silent, n2: silent, n3: silent, n4: silent }).problems.at(-1)).toBe('whether demo is made cannot be told: no host answers');
    // Whoever reads it by a program finds every field.
    const fields = ['api', 'etcd', 'holdsAddress', 'isLeaving', 'isMember', 'isReachable', 'name', 'node', 'owner', 'roles', 'units', 'why'];
    for (const host of [...found.hosts, ...status().hosts]) expect(Object.keys(JSON.parse(JSON.stringify(host)) as object).sort()).toEqual(fields);
    expect(found.endpoint).toEqual({ url: 'https://10.0.0.100:8443', isReady: false, holder: null });
  });

  it('with a host of another cluster, of which nothing else is told', () => {
    const taken = without(/./, 'owner=other', 'unit=kubelet failed');
    expect(status({ n4: taken }).problems).toEqual([expect.stringMatching(/^n4 belongs to the cluster other, and not to demo: /)]);
    expect(status({ n1: taken, n2: taken, n3: taken, n4: taken })).toMatchObject({
      isMade: false,
      problems: [{}, {}, {}, {}, {}].map(() => expect.any(String) as string),
    });
  });

  it('where a run was cut off, or a host was taken back, says so and nothing of units that are not there', () => {
    const half = without(/^(member|unit|api|etcd|node|endpoint|holds)/);
    const bare = without(/./);
    expect(status({ n1: half, n2: half, n3: bare, n4: bare })).toMatchObject({
      isMade: true,
      isFinished: false,
      problems: [
        'n1 is half made: ckadet cluster create --resume',
        'n2 is half made: ckadet cluster create --resume',
        'n3 is not part of demo: ckadet cluster create',
        'n4 is not part of demo: ckadet cluster create',
      ],
    });
    const left = without(/^node=n4/, 'node=n4 Unknown v1.35.4');
    expect(status({ n1: left, n4: bare })).toMatchObject({
      isFinished: true,
      problems: ['n4 is not part of demo: ckadet cluster create', 'node n4 is not Ready: kubectl describe node n4'],
    });
  });

  it('where a reset was cut off, says so', () => {
    expect(status({ n4: without(/^member/, 'leaving=yes') })).toMatchObject({ isLeaving: true, problems: ['n4 is taken back in part: ckadet cluster reset'] });
    expect(status()).toMatchObject({ isLeaving: false });
  });

  it('and still tells of the nodes of hosts that are away', () => {
    expect(status({ n4: { why: 'no route' } }).hosts.at(-1)).toMatchObject({ isReachable: false, node: { name: 'n4', isReady: true } });
  });
});

it('asks each host only what it has', () => {
  const external = specOf(clusterYaml('ha-external-etcd'));
  const [controlPlane, , , member, , , worker] = external.hosts.map((host) => statusScript(host, external));
  expect(controlPlane).toContain('/readyz');
  expect(controlPlane).not.toContain(':2379/health');
  expect(member).toContain(':2379/health');
  expect(member).not.toContain('kubectl ');
  expect(worker).not.toMatch(/kubectl|2379|haproxy/);
});
