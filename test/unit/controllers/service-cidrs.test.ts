// Ranges of service addresses as objects: added, used, deleted while in use; and services of one family or two. Answers are those of a real 1.35 server.
import { afterEach, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/kube/api/core-v1.ts';
import { ipAddresses, serviceCIDRs, services } from '../../../src/kube/api/resources.ts';
import { isNotFound } from '../../../src/kube/machinery/status-error.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());
const at = { namespace: 'default' };

const service = async (name: string, spec: object): Promise<Service['spec']> =>
  (await cluster.client.create(services, { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } as never, at)).spec;
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: Error) => error.message,
  );
const familiesOf = ({ ipFamilyPolicy, ipFamilies, clusterIPs }: Service['spec']): string =>
  `${ipFamilyPolicy} ${ipFamilies?.join()} ${clusterIPs?.map((each) => (each === 'None' ? each : each.includes(':') ? 'six' : 'four')).join()}`;

describe('a second range', () => {
  const range = (cidr: string, name = 'extra'): Promise<unknown> =>
    cluster.client.create(serviceCIDRs, { metadata: { name }, spec: { cidrs: [cidr] } } as never);
  const ready = async (name = 'extra'): Promise<string> => {
    const { metadata, status } = await cluster.client.get(serviceCIDRs, name);
    const { status: is, reason, message } = status?.conditions?.[0] ?? {};
    return `${metadata.finalizers?.join()} ${is} ${reason} ${message}`;
  };
  const elsewhere = 'the provided network does not match the current range';

  it('gives addresses once it is ready, and none when it is going', async () => {
    cluster = await HollowCluster.start();
    expect(await refusal(service('before', { clusterIP: '192.168.100.5' }))).toContain(`failed to allocate IP 192.168.100.5: ${elsewhere}`);
    await range('192.168.100.0/28');
    await cluster.clock.advance(1000);
    expect(await ready()).toBe('networking.k8s.io/service-cidr-finalizer True  Kubernetes Service CIDR is ready');
    await service('one', { clusterIP: '192.168.100.5' });
    expect((await cluster.client.get(ipAddresses, '192.168.100.5')).spec.parentRef).toEqual({ resource: 'services', namespace: 'default', name: 'one' });
    expect(await refusal(service('two', { clusterIP: '192.168.100.5' }))).toContain('provided IP is already allocated');
    for (const ip of ['192.168.100.0', '192.168.100.15', '192.168.101.1']) expect(await refusal(service('odd', { clusterIP: ip }))).toContain(elsewhere);
    await cluster.client.delete(serviceCIDRs, 'extra');
    await cluster.clock.advance(1000);
    expect(await ready()).toBe(
      'networking.k8s.io/service-cidr-finalizer False Terminating There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    );
    expect(await refusal(service('late', { clusterIP: '192.168.100.6' }))).toContain(elsewhere);
    await cluster.client.delete(services, 'one', at);
    await cluster.clock.advance(12_000);
    expect(isNotFound(await cluster.client.get(serviceCIDRs, 'extra').catch((error: unknown) => error))).toBe(true);
  });

  it('may go at once where a larger one has its addresses', async () => {
    cluster = await HollowCluster.start();
    await range('10.96.5.0/24', 'part');
    await service('inside', { clusterIP: '10.96.5.7' });
    await cluster.clock.advance(1000);
    await cluster.client.delete(serviceCIDRs, 'part');
    await cluster.clock.advance(12_000);
    expect(isNotFound(await cluster.client.get(serviceCIDRs, 'part').catch((error: unknown) => error))).toBe(true);
  });

  it('is the last one: nothing more is handed out when it goes', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.delete(serviceCIDRs, 'kubernetes');
    expect(await refusal(service('any', {}))).toBe('Internal error occurred: failed to allocate a serviceIP: range is full');
    expect(await refusal(service('asked', { clusterIP: '10.96.0.77' }))).toContain(elsewhere);
  });
});

describe('families', () => {
  it('of a cluster with both', async () => {
    cluster = await HollowCluster.start({ serviceCidrs: ['10.96.0.0/12', 'fd00:10:96::/112'] });
    const made = async (spec: object, name: string): Promise<string> => familiesOf(await service(name, spec));
    expect(await made({}, 'single')).toBe('SingleStack IPv4 four');
    expect(await made({ ipFamilyPolicy: 'PreferDualStack' }, 'prefer')).toBe('PreferDualStack IPv4,IPv6 four,six');
    expect(await made({ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }, 'sixfirst')).toBe('RequireDualStack IPv6,IPv4 six,four');
    expect(await made({ ipFamilies: ['IPv6'] }, 'six')).toBe('SingleStack IPv6 six');
    expect(await made({ clusterIP: 'fd00:10:96::77' }, 'bysix')).toBe('SingleStack IPv6 six');
    expect(await made({ clusterIP: 'None' }, 'headless')).toBe('RequireDualStack IPv4,IPv6 None');
    expect(await made({ clusterIP: 'None', selector: { a: 'b' } }, 'selecting')).toBe('SingleStack IPv4 None');
    expect(await refusal(service('wrong', { ipFamilies: ['IPv4', 'IPv6'] }))).toContain(
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    );
    const changed = async (name: string, spec: object): Promise<string> =>
      familiesOf((await cluster.client.patch(services, name, 'merge', { spec } as never, at)).spec);
    expect(await changed('single', { ipFamilyPolicy: 'RequireDualStack' })).toBe('RequireDualStack IPv4,IPv6 four,six');
    expect(await changed('single', { ipFamilyPolicy: 'SingleStack' })).toBe('SingleStack IPv4 four');
    expect(await refusal(changed('prefer', { ipFamilies: ['IPv4'] }))).toContain("must be 'SingleStack' to release the secondary IP family");
  });

  it('of a cluster with one', async () => {
    cluster = await HollowCluster.start();
    expect(await refusal(service('six', { clusterIP: '2001:db8::5' }))).toContain(
      'spec.clusterIPs[0]: Invalid value: ["2001:db8::5"]: IPv6 is not configured on this cluster',
    );
    expect(familiesOf(await service('prefer', { ipFamilyPolicy: 'PreferDualStack' }))).toBe('PreferDualStack IPv4 four');
    expect(familiesOf(await service('headless', { clusterIP: 'None' }))).toBe('RequireDualStack IPv4,IPv6 None');
  });
});
