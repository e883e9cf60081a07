// What a host is by its own names, and by the names of packages and repositories: the one place that knows both. Pure.
import { answer, type Survey } from './survey.ts';

/** As the kernel calls it → as packages do. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** Machines that a cluster can have, as the kernel calls them. */
export const MACHINES: readonly string[] = Object.keys(ARCHITECTURES);
export const architectureOf = (machine: string): string => ARCHITECTURES[machine] ?? machine;

/** Of what packages come from. */
export interface Place {
  readonly distribution: 'debian' | 'redhat';
  /** As Docker's repository calls the distribution, or the one that it comes from: `debian`, `ubuntu`, `centos`, `fedora`, `rhel`. */
  readonly family: string;
  /** The code name of its release, where it has one: `bookworm`. */
  readonly codename: string;
  /** As its packages call it: `amd64`, `arm64`. */
  readonly architecture: string;
}

/** `like` is its own name and those of the distributions that it is like. */
function distributionOf(like: string): Pick<Place, 'distribution' | 'family'> {
  const names = like.split(' ');
  if (!/\b(rhel|fedora|centos|rocky|almalinux)\b/.test(like)) return { distribution: 'debian', family: names.includes('ubuntu') ? 'ubuntu' : 'debian' };
  return { distribution: 'redhat', family: names[0] === 'fedora' || names[0] === 'rhel' ? names[0] : 'centos' };
}

/** Undefined where the host did not tell what it is. */
export function placeOf(survey: Survey): Place | undefined {
  const machine = answer(survey, 'machine');
  if (machine === undefined) return undefined;
  return {
    ...distributionOf(`${answer(survey, 'os-id') ?? ''} ${answer(survey, 'os-like') ?? ''}`),
    codename: answer(survey, 'os-codename') ?? '',
    architecture: architectureOf(machine),
  };
}
