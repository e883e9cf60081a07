// Is the host large enough. The least that kubeadm takes for a control plane: 2 CPUs and 1700 MiB (cmd/kubeadm/app/preflight, constants of cmd/kubeadm/app/constants).
import { answer, answers } from '../../survey/survey.ts';
import { cannotTell, type Check, green, red, yellow } from '../check.ts';
import { isOurs } from './own.ts';

const CONTROL_PLANE_CPUS = 2;
const CONTROL_PLANE_MIB = 1700;
const WORKER_MIB = 700;
const LEAST_DISK_MIB = 2 * 1024;
const ENOUGH_DISK_MIB = 10 * 1024;

const numberOf = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

export const cpus: Check = {
  name: 'cpus',
  look(host, { survey }) {
    const count = numberOf(answer(survey(host), 'cpus'));
    if (count === undefined) return cannotTell('how many CPUs it has');
    if (count >= CONTROL_PLANE_CPUS || !host.roles.includes('control-plane')) return green(`${count} CPUs`);
    return red(`${count} CPU; a control plane needs ${CONTROL_PLANE_CPUS}`, 'give it more, or make it a worker');
  },
};

export const memory: Check = {
  name: 'memory',
  look(host, { survey }) {
    const kib = numberOf(answer(survey(host), 'memory-kib'));
    if (kib === undefined) return cannotTell('how much memory it has');
    const mib = Math.floor(kib / 1024);
    if (host.roles.includes('control-plane') && mib < CONTROL_PLANE_MIB)
      return red(`${mib} MiB; a control plane needs ${CONTROL_PLANE_MIB} MiB`, 'give it more, or make it a worker');
    return mib < WORKER_MIB ? yellow(`${mib} MiB leave little for pods`, `give it ${WORKER_MIB} MiB or more`) : green(`${mib} MiB`);
  },
};

export const disk: Check = {
  name: 'disk',
  look(host, { survey, spec }) {
    const facts = survey(host);
    const free = answers(facts, 'disk-free-kib').map((line) => line.split(' '));
    // Images, pods' volumes and etcd all lie below /var/lib.
    const [folder = '', kib] = free.find(([path]) => path === '/var/lib') ?? free[0] ?? [];
    const known = numberOf(kib);
    if (known === undefined) return cannotTell('how much of its disk is free');
    const mib = Math.floor(known / 1024);
    const says = `${mib} MiB free below ${folder}`;
    if (mib >= ENOUGH_DISK_MIB) return green(says);
    const fix = `make room there: the kubelet removes pods when less than 10% are free (df -h ${folder})`;
    // What a cluster of ours has filled is no reason to stop mending it.
    return mib < LEAST_DISK_MIB && !isOurs(facts, spec) ? red(`${says}; images alone need ${LEAST_DISK_MIB} MiB`, fix) : yellow(says, fix);
  },
};
