// How packages of distributions are installed. Shell texts; pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { STATE_FOLDER } from '../host-state.ts';
import { sourceOf } from '../packages/source.ts';

/** Settings that are there already stay: nobody is asked. */
const KEEP_SETTINGS = ['--force-confdef', '--force-confold'] as const;
/** `$log` is where newPackages has dpkg write what it does. */
const LOGGED = '--log="$log"';
export const DPKG_INSTALL = `dpkg ${KEEP_SETTINGS.join(' ')} ${LOGGED} --install`;

/** The lock of apt is waited for 5 minutes, and then comes what it is waited for. */
export const PACKAGES_TIMEOUT_MS = 900_000;

/** Waits for what else installs at that time: a Debian or Ubuntu that has just booted upgrades itself. */
export const APT_GET = `apt-get -o DPkg::Lock::Timeout=300 ${KEEP_SETTINGS.map((option) => `-o Dpkg::Options::=${option}`).join(' ')}`;

/** To be run by `noting` of newPackages. No package of the host goes for it: where one would have to, it says which. `words` are packages and options. */
export function aptInstall(...words: readonly string[]): string {
  const install = `install -y -q ${words.join(' ')}`;
  return `${APT_GET} -o Dpkg::Options::=${LOGGED} --no-remove ${install} || {
  code=$?
  would=$(apt-get -s ${install} 2>/dev/null | awk '$1 == "Remv" {printf " %s", $2}')
  [ -z "$would" ] || echo "packages of this host conflict with these and would have to go:$would. Remove them yourself if nothing needs them, or take another host" >&2
  exit $code
}`;
}

const UPDATED = `${STATE_FOLDER}/lists-updated`;
/** Reads the lists of all repositories of the host. */
export const UPDATE_LISTS = `${APT_GET} update -q
touch ${UPDATED}`;

/** The lists of an hour ago may name packages that are gone. A stamp of ours tells: that the list of one repository is new says nothing of the others. */
export const FRESH_LISTS = `if ! find ${UPDATED} -mmin -15 2>/dev/null | grep -q .; then
${UPDATE_LISTS}
fi`;

/** A dnf through the proxy of the cluster file: unlike apt, it is told so each time. */
export function dnfInstall(spec: ClusterSpec, packages: readonly string[], ...options: readonly string[]): string {
  const proxy = sourceOf(spec)?.proxy;
  return ['dnf install -y -q', ...(proxy === undefined ? [] : [`--setopt=proxy=${shellQuoted(proxy)}`]), ...options, ...packages].join(' ');
}

/** Sets `$free` to the option by which dnf, 5 or older, takes packages that the repository of Kubernetes keeps from upgrades. */
export const WITHOUT_EXCLUDES = `free=--disableexcludes=kubernetes
if dnf --version 2>/dev/null | grep -q dnf5; then free=--setopt=disable_excludes=kubernetes; fi`;

/** A test that holds where dpkg has the package whole, held or not. */
export const isInstalledDeb = (name: string): string => `dpkg-query -W -f '\${db:Status-Abbrev}' ${name} 2>/dev/null | grep -q '^[ih]i'`;
