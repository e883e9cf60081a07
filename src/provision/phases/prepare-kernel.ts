// Modules, sysctls and swap: what the kubelet and pods' networks ask of the kernel.
import { render } from '../templates.ts';
import { everyHost, type Phase } from './phase.ts';

const MODULES = '/etc/modules-load.d/k8s.conf';
const SYSCTLS = '/etc/sysctl.d/90-k8s.conf';

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
  actions: (_host, { spec }) => [
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
      content: render('kernel/sysctl.conf', { ipv6: spec.first.nodeIP.includes(':') }),
    },
    {
      kind: 'command',
      id: 'apply-sysctls',
      says: 'apply the sysctls',
      script: `mkdir -p -m 700 /var/lib/ckadet
[ -f /var/lib/ckadet/sysctls ] || sysctl -e net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables > /var/lib/ckadet/sysctls
sysctl -q -p ${SYSCTLS}`,
      unless: 'test "$(sysctl -n net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables 2>/dev/null | tr -d "\\n")" = 111',
      undo: 'if [ -f /var/lib/ckadet/sysctls ]; then sysctl -q -e -p /var/lib/ckadet/sysctls; fi',
    },
    {
      kind: 'command',
      id: 'swap-off',
      says: 'turn swap off, now and at boot',
      why: 'the kubelet does not start while there is swap',
      script: `swapoff -a
if [ -f /etc/fstab ]; then sed -i.before-ckadet -E '/^[^#].*[[:space:]]swap[[:space:]]/s/^/#ckadet: /' /etc/fstab; fi
systemctl mask --now 'dev-zram0.swap' >/dev/null 2>&1 || true`,
      unless: 'test "$(wc -l < /proc/swaps)" -le 1 && ! grep -qE "^[^#].*[[:space:]]swap[[:space:]]" /etc/fstab',
      undo: `if [ -f /etc/fstab.before-ckadet ]; then mv /etc/fstab.before-ckadet /etc/fstab; fi
systemctl unmask 'dev-zram0.swap' >/dev/null 2>&1 || true
swapon -a`,
    },
  ],
};
