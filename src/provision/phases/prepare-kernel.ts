// Modules, sysctls and swap: what the kubelet and pods' networks ask of the kernel.
import { render } from '../templates.ts';
import { STATE_FOLDER } from '../host-state.ts';
import { everyHost, type Phase } from './phase.ts';
import { SWAP_OFF } from './swap.ts';

const MODULES = '/etc/modules-load.d/k8s.conf';
const SYSCTLS = '/etc/sysctl.d/90-k8s.conf';
const SYSCTLS_BEFORE = `${STATE_FOLDER}/sysctls`;

const BRIDGED = ['net.ipv4.ip_forward', 'net.bridge.bridge-nf-call-iptables', 'net.bridge.bridge-nf-call-ip6tables'] as const;
const sysctlsOf = (ipv6: boolean): readonly string[] => [...BRIDGED, ...(ipv6 ? ['net.ipv6.conf.all.forwarding'] : [])];

export const prepareKernel: Phase = {
  info: {
    name: 'prepare-kernel',
    title: 'Prepare the kernel',
    explains:
      'Loads overlay (container file systems) and br_netfilter (so that packets between pods of one node pass the rules of Services), turns on forwarding, and turns swap off, because the kubelet refuses to count memory that is on disk. All of it is written down too, so that it holds after a reboot.',
    objective: 'Cluster Architecture, Installation & Configuration: Prepare underlying infrastructure for installing a Kubernetes cluster',
  },
  hosts: everyHost,
  after: ['remember'],
  actions: (_host, { spec }) => actions(spec.first.nodeIP.includes(':')),
};

function actions(ipv6: boolean): ReturnType<Phase['actions']> {
  const sysctls = sysctlsOf(ipv6);
  return [
    { kind: 'file', id: 'modules', says: 'name the kernel modules to load at boot', path: MODULES, content: render('kernel/modules.conf') },
    {
      kind: 'command',
      id: 'load-modules',
      says: 'load the kernel modules',
      script: 'modprobe -a overlay br_netfilter',
      unless: 'test -d /proc/sys/net/bridge && grep -qw overlay /proc/filesystems',
    },
    {
      kind: 'file',
      id: 'sysctls',
      says: 'write the sysctls',
      path: SYSCTLS,
      content: render('kernel/sysctl.conf', { ipv6 }),
    },
    {
      kind: 'command',
      id: 'apply-sysctls',
      says: 'apply the sysctls',
      script: `mkdir -p -m 700 ${STATE_FOLDER}
if [ ! -f ${SYSCTLS_BEFORE} ]; then sysctl -e ${sysctls.join(' ')} > ${SYSCTLS_BEFORE}.new; mv ${SYSCTLS_BEFORE}.new ${SYSCTLS_BEFORE}; fi
sysctl -q -p ${SYSCTLS}`,
      unless: `test "$(sysctl -n ${sysctls.join(' ')} 2>/dev/null | tr -d "\\n")" = ${'1'.repeat(sysctls.length)}`,
      undo: `if [ -f ${SYSCTLS_BEFORE} ]; then sysctl -q -e -p ${SYSCTLS_BEFORE}; fi`,
    },
    SWAP_OFF,
  ];
}
