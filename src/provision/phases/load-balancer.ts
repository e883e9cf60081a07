// HAProxy and keepalived on every control plane, before kubeadm runs: init already talks to the virtual address.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { hostPort } from '../cluster-file/cluster-spec.ts';
import { enabling, restarting, restartIfActive } from './services.ts';
import { render } from '../templates.ts';
import { type Phase, type PhaseContext } from './phase.ts';
import type { Endpoint } from '../cluster-file/schema.ts';

const HIGHEST_PRIORITY = 150;
const PRIORITY_STEP = 10;

export const loadBalancer: Phase = {
  info: {
    name: 'load-balancer',
    title: 'Set up HAProxy and keepalived',
    explains:
      'One address for all API servers. keepalived (VRRP) gives the virtual address to the control plane with the highest priority; when HAProxy there does not answer, its priority falls below the others’ and the address moves. HAProxy passes each connection to an API server whose /readyz says 200, which fails when etcd is gone. Both are units of systemd, not static pods: they are there before the cluster is, and after all hosts lost their power.',
    objective: 'Cluster Architecture, Installation & Configuration: Implement and configure a highly-available control plane',
  },
  hosts: (spec) => (spec.virtual ? spec.controlPlanes : []),
  after: ['install-packages'],
  actions: (host, context) => (context.spec.virtual ? actions(host, context, context.spec.virtual) : []),
};

function actions(host: HostSpec, { spec, facts }: PhaseContext, virtual: Endpoint): ReturnType<Phase['actions']> {
  return [
    { kind: 'file', id: 'haproxy-config', says: 'write the configuration of HAProxy', path: '/etc/haproxy/haproxy.cfg', content: haproxyConfig(spec, virtual) },
    {
      kind: 'file',
      id: 'keepalived-config',
      says: 'write the configuration of keepalived',
      path: '/etc/keepalived/keepalived.conf',
      content: keepalivedConfig(host, spec, virtual, facts(host)),
    },
    { kind: 'command', id: 'check-haproxy', says: 'have HAProxy check its configuration', looks: true, script: 'haproxy -c -q -f /etc/haproxy/haproxy.cfg' },
    {
      kind: 'command',
      id: 'check-keepalived',
      says: 'have keepalived check its configuration',
      looks: true,
      // --config-test takes a file to write its findings to, not one to read.
      script: 'keepalived --config-test --use-file=/etc/keepalived/keepalived.conf',
    },
    ...(['haproxy', 'keepalived'] as const).flatMap((unit) => [
      {
        kind: 'command' as const,
        id: `restart-${unit}`,
        says: `restart ${unit} with its configuration`,
        ...restarting(unit),
        onChangeOf: [`${unit}-config`],
        afterUndo: restartIfActive(unit),
      },
      {
        kind: 'command' as const,
        id: `enable-${unit}`,
        says: `start ${unit}, now and at boot`,
        ...enabling(unit),
        unless: `systemctl is-active -q ${unit} && systemctl is-enabled -q ${unit}`,
      },
    ]),
  ];
}

export function haproxyConfig(spec: ClusterSpec, virtual: Endpoint): string {
  const { haproxy } = virtual;
  return render('haproxy/haproxy.cfg', {
    port: spec.endpoint.port,
    bind: spec.endpoint.address.includes(':') ? '[::]' : '*',
    endpoint: hostPort(spec.endpoint.address, spec.endpoint.port),
    ...haproxy,
    fastIntervalMs: Math.max(100, Math.round(haproxy.checkIntervalMs / 2)),
    servers: spec.controlPlanes.map(({ name, nodeIP }) => ({ name, address: hostPort(nodeIP, 6443) })),
  });
}

export function keepalivedConfig(host: HostSpec, spec: ClusterSpec, virtual: Endpoint, facts: { readonly interface: string; readonly prefix: number }): string {
  const { keepalived } = virtual;
  return render('keepalived/keepalived.conf', {
    ...keepalived,
    name: host.name,
    address: virtual.address,
    prefix: facts.prefix,
    interface: virtual.interface ?? facts.interface,
    routerId: virtual.routerId,
    priority: HIGHEST_PRIORITY - PRIORITY_STEP * spec.controlPlanes.indexOf(host),
    source: host.nodeIP,
    peers: spec.controlPlanes.filter((other) => other !== host).map(({ nodeIP }) => nodeIP),
    healthPort: virtual.haproxy.healthPort,
    checkTimeoutSeconds: Math.max(1, keepalived.checkIntervalSeconds),
    curl: '/usr/bin/curl',
  });
}
