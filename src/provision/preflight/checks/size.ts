// Is the host large enough. The least that kubeadm takes for a control plane: 2 CPUs and 1700 MiB (cmd/kubeadm/app/preflight, constants of cmd/kubeadm/app/constants).
import { answer, answers } from '../../survey/survey.ts';
import type { RUNTIMES } from '../../cluster-file/schema.ts';
import { cannotTell, type Check, green, red, type Verdict, yellow } from '../check.ts';
import { isOurs } from './own.ts';

type Runtime = (typeof RUNTIMES)[number];

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

/** What a file system must have free, and what it should. */
interface Room {
  readonly leastMib: number;
  readonly enoughMib: number;
  readonly holds: string;
}
const IMAGES: Room = { leastMib: LEAST_DISK_MIB, enoughMib: ENOUGH_DISK_MIB, holds: 'images alone need' };
const WITHOUT_IMAGES: Room = { leastMib: 512, enoughMib: 2 * 1024, holds: 'what lies there needs' };
/** Where a host may have mounted a file system of its own below /var/lib. */
const IMAGES_OF: Readonly<Record<Runtime, string>> = { containerd: '/var/lib/containerd', 'cri-o': '/var/lib/containers' };
const DATABASE = '/var/lib/etcd';
const PODS = '/var/lib/kubelet';

export const disk: Check = {
  name: 'disk',
  look(host, { survey, spec }) {
    const facts = survey(host);
    const free = answers(facts, 'disk-free-kib').map((line) => line.split(' '));
    const images = IMAGES_OF[spec.file.runtime];
    const own = answers(facts, 'own-disk-free-kib').map((line) => line.split(' '));
    const hasOwn = own.some(([path]) => path === images);
    // Images, pods' volumes and etcd all lie below /var/lib, unless one of them has a file system to itself.
    const rest = free.find(([path]) => path === '/var/lib') ?? free[0] ?? [];
    const database = spec.etcd.length ? spec.etcd : spec.controlPlanes;
    const used = new Set([images, PODS, ...(database.some(({ name }) => name === host.name) ? [DATABASE] : [])]);
    const verdicts = [
      roomOn(rest, hasOwn ? WITHOUT_IMAGES : IMAGES, isOurs(facts, spec)),
      ...own.filter(([path = '']) => used.has(path)).map((each) => roomOn(each, each[0] === images ? IMAGES : WITHOUT_IMAGES, isOurs(facts, spec))),
    ];
    const worst = ['red', 'yellow'].flatMap((colour) => verdicts.filter((each) => each.colour === colour));
    const [first] = worst;
    if (!first) return green(verdicts.map(({ says }) => says).join(', '));
    const fixes = worst.flatMap(({ fix }) => fix ?? []);
    return { colour: first.colour, says: worst.map(({ says }) => says).join('; '), ...(fixes.length ? { fix: fixes.join('; ') } : {}) };
  },
};

function roomOn([folder = '', kib]: readonly string[], { leastMib, enoughMib, holds }: Room, isOurCluster: boolean): Verdict {
  const known = numberOf(kib);
  if (known === undefined) return cannotTell('how much of its disk is free');
  const mib = Math.floor(known / 1024);
  const says = `${mib} MiB free below ${folder}`;
  if (mib >= enoughMib) return green(says);
  const fix = `make room there: the kubelet removes pods when less than 10% are free (df -h ${folder})`;
  // What a cluster of ours has filled is no reason to stop mending it.
  return mib < leastMib && !isOurCluster ? red(`${says}; ${holds} ${leastMib} MiB`, fix) : yellow(says, fix);
}
