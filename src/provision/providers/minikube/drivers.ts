// How minikube isolates its nodes: which drivers there are for each operating system, in the order they are chosen, and how to get one.
import type { Machine } from '../local/machine.ts';
import type { Missing } from '../provider.ts';
import type { MinikubeFile } from './schema.ts';

interface Driver {
  /** Any of these programs shows that it is installed. */
  readonly programs: readonly string[];
  /** A command that ends with 0 when it works, for drivers that need a service. */
  readonly works?: readonly [program: string, ...args: readonly string[]];
  /** Where it does not work: what to do. */
  readonly mend?: string;
  readonly page: string;
}

const page = (name: string): string => `https://minikube.sigs.k8s.io/docs/drivers/${name}/`;

/** By the name that minikube has for it. */
export const DRIVERS: Readonly<Record<string, Driver>> = {
  docker: {
    programs: ['docker'],
    works: ['docker', 'version', '--format', '{{.Server.Version}}'],
    mend: 'start Docker, and be allowed to use it: sudo usermod -aG docker $USER, then log in again',
    page: page('docker'),
  },
  kvm2: {
    programs: ['virsh'],
    works: ['virsh', '--connect', 'qemu:///system', 'uri'],
    mend: 'start libvirtd, and be allowed to use it: sudo usermod -aG libvirt $USER, then log in again',
    page: page('kvm2'),
  },
  podman: { programs: ['podman'], page: page('podman') },
  vmware: { programs: ['vmrun'], page: page('vmware') },
  virtualbox: { programs: ['VBoxManage'], page: page('virtualbox') },
  qemu: { programs: ['qemu-system-x86_64', 'qemu-system-aarch64'], page: page('qemu') },
  hyperkit: { programs: ['hyperkit'], page: page('hyperkit') },
  parallels: { programs: ['prlctl'], page: page('parallels') },
  hyperv: { programs: ['vmms.exe', 'vmconnect.exe'], page: page('hyperv') },
  vfkit: { programs: ['vfkit'], page: page('vfkit') },
  none: { programs: [], page: page('none') },
};

/** In order of preference; `none` runs everything on the machine itself, and is taken only when it is asked for. */
export const ORDER: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['docker', 'kvm2', 'podman', 'vmware', 'virtualbox', 'qemu'],
  darwin: ['docker', 'virtualbox', 'hyperkit', 'vmware', 'parallels', 'qemu'],
  win32: ['docker', 'virtualbox', 'hyperv', 'vmware', 'qemu'],
};

/** How to get the driver that is easiest there. */
const GET: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['Debian and Ubuntu: sudo apt-get install docker.io', 'Fedora: sudo dnf install moby-engine', 'others: https://docs.docker.com/engine/install/'],
  darwin: ['brew install --cask docker', 'or without Docker: brew install qemu'],
  win32: ['winget install Docker.DockerDesktop'],
};

const LOOK_TIMEOUT_MS = 15_000;

const orderOn = (platform: NodeJS.Platform): readonly string[] => ORDER[platform] ?? ORDER.linux ?? [];
/** Older notes say kvm. */
export const driverName = (written: NonNullable<MinikubeFile['driver']>): string => (written === 'kvm' ? 'kvm2' : written);

type Look = { readonly driver: string } | { readonly missing: Missing };

/** The driver of the file when it is there, or the first of this operating system that is installed and works. */
export async function chooseDriver(machine: Machine, asked: MinikubeFile['driver']): Promise<Look> {
  const order = asked === undefined ? orderOn(machine.platform) : [driverName(asked)];
  const broken: string[] = [];
  for (const name of order) {
    const state = await stateOf(machine, name);
    if (state === 'works') return { driver: name };
    if (state === 'broken') broken.push(name);
  }
  const [first] = broken;
  const found = first === undefined ? undefined : DRIVERS[first];
  if (first !== undefined && found)
    return {
      missing: {
        what: `${first} is installed, and does not work`,
        why: `${found.works?.join(' ')} fails`,
        get: [found.mend ?? '', found.page].filter(Boolean),
      },
    };
  const [only] = order;
  if (asked !== undefined && only !== undefined)
    return {
      missing: {
        what: `the driver ${only} is not there`,
        why:
          only === 'none'
            ? 'it runs the cluster on Linux itself, and this is no Linux'
            : `none of its programs is on the PATH: ${DRIVERS[only]?.programs.join(', ')}`,
        get: [`how to get it: ${DRIVERS[only]?.page}`, 'or leave driver out: the first that is installed is taken'],
      },
    };
  return {
    missing: {
      what: 'nothing is installed that minikube could run its nodes in',
      why: `looked for, in this order: ${order.join(', ')}`,
      get: GET[machine.platform] ?? GET.linux ?? [],
    },
  };
}

async function stateOf(machine: Machine, name: string): Promise<'works' | 'broken' | 'absent'> {
  const driver = DRIVERS[name];
  if (!driver) return 'absent';
  if (name === 'none') return machine.platform === 'linux' ? 'works' : 'absent';
  const there = await Promise.all(driver.programs.map((program) => machine.has(program)));
  if (!there.some(Boolean)) return 'absent';
  if (!driver.works) return 'works';
  const [program, ...args] = driver.works;
  return (await machine.run(program, args, { timeoutMs: LOOK_TIMEOUT_MS }))?.exitCode === 0 ? 'works' : 'broken';
}
