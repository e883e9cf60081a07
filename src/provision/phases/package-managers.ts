// How packages of distributions are installed. Shell texts; pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { sourceOf } from '../packages/source.ts';

/** Settings that are there already stay: nobody is asked. */
const KEEP_SETTINGS = ['--force-confdef', '--force-confold'] as const;
export const DPKG_INSTALL = `dpkg ${KEEP_SETTINGS.join(' ')} --install`;

/** Waits for what else installs at that time: a Debian or Ubuntu that has just booted upgrades itself. */
export const APT_GET = `apt-get -o DPkg::Lock::Timeout=300 ${KEEP_SETTINGS.map((option) => `-o Dpkg::Options::=${option}`).join(' ')}`;

/** The lists of an hour ago may name packages that are gone. */
export const FRESH_LISTS = `find /var/lib/apt/lists -maxdepth 1 -name '*InRelease' -mmin -15 2>/dev/null | grep -q . || ${APT_GET} update -q`;

/** A dnf through the proxy of the cluster file: unlike apt, it is told so each time. */
export function dnfInstall(spec: ClusterSpec, packages: readonly string[], ...options: readonly string[]): string {
  const proxy = sourceOf(spec)?.proxy;
  return ['dnf install -y -q', ...(proxy === undefined ? [] : [`--setopt=proxy=${shellQuoted(proxy)}`]), ...options, ...packages].join(' ');
}

/** Sets `$free` to the option by which dnf, 5 or older, takes packages that the repository of Kubernetes keeps from upgrades. */
export const WITHOUT_EXCLUDES = `free=--disableexcludes=kubernetes
if dnf --version 2>/dev/null | grep -q dnf5; then free=--setopt=disable_excludes=kubernetes; fi`;
