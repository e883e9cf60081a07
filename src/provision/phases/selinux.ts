// SELinux on RHEL and its kin: permissive, as kubeadm's own instructions have it, unless the cluster file leaves it as it is.
import { STATE_FOLDER } from '../host-state.ts';
import { everyHost, type Phase } from './phase.ts';

const CONFIG = '/etc/selinux/config';
const ENFORCING = '^SELINUX=enforcing[[:space:]]*$';
/** What getenforce said, and `at boot` where the file said so too. */
const BEFORE = `${STATE_FOLDER}/selinux`;

export const selinux: Phase = {
  info: {
    name: 'selinux',
    title: 'Set SELinux to permissive',
    explains:
      'Network plugins and other parts of a cluster reach into the file system of the host, which the rules of SELinux forbid to containers, and kubeadm sets no labels that would allow it: its instructions have SELinux permissive. It then reports what it would forbid, and forbids nothing. Who knows to configure it leaves it as it is (`selinux: as-is`) and brings the rules.',
    objective: 'Cluster Architecture, Installation & Configuration: Prepare underlying infrastructure for installing a Kubernetes cluster',
  },
  hosts: everyHost,
  after: ['remember'],
  actions(host, { spec, facts }) {
    if (facts(host).distribution !== 'redhat' || spec.file.selinux === 'as-is') return [];
    return [
      {
        kind: 'command',
        id: 'permissive',
        says: 'set SELinux to permissive, now and at boot',
        script: `if [ ! -f ${BEFORE} ]; then { getenforce; if grep -qsE '${ENFORCING}' ${CONFIG}; then echo 'at boot'; fi; } > ${BEFORE}.new; mv ${BEFORE}.new ${BEFORE}; fi
if [ "$(getenforce)" = Enforcing ]; then setenforce 0; fi
if [ -f ${CONFIG} ]; then sed -i 's/${ENFORCING}/SELINUX=permissive/' ${CONFIG}; fi`,
        unless: `! command -v getenforce || { [ "$(getenforce)" != Enforcing ] && ! grep -qsE '${ENFORCING}' ${CONFIG}; }`,
        // Only that line: whatever else was changed in the file since stays.
        undo: `if grep -qx 'at boot' ${BEFORE} 2>/dev/null; then sed -i 's/^SELINUX=permissive$/SELINUX=enforcing/' ${CONFIG}; fi
if grep -qx Enforcing ${BEFORE} 2>/dev/null; then setenforce 1; fi`,
      },
    ];
  },
};
