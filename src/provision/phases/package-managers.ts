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

/** `missing NAME…` says which no package of the host provides: dnf would upgrade or downgrade what is there, and would not put curl beside curl-minimal. */
export const MISSING = `missing() { for name in "$@"; do rpm -q --whatprovides "$name" >/dev/null 2>&1 || echo "$name"; done; }`;
/** `missing_files FILE…` says which hold a package that the host has in no version. */
export const MISSING_FILES = `${MISSING}
missing_files() { for file in "$@"; do [ -z "$(missing "$(rpm -qp --nosignature --qf '%{NAME}' "$file")")" ] || echo "$file"; done; }`;

/** Of files, and of nothing else: no repository may answer where there is no network. */
export const DNF_FILES = `dnf install -y -q --disablerepo='*'`;

/**
 * Sets `$free` to the option by which dnf, 5 or older, takes packages that are kept from upgrades: by the repository of Kubernetes as ckadet names it,
 * and by an owner's dnf.conf, as a held package of apt is taken too.
 */
export const WITHOUT_EXCLUDES = `free=--disableexcludes=main,kubernetes
if dnf --version 2>/dev/null | grep -q dnf5; then free=--setopt=disable_excludes=main,kubernetes; fi`;

/** A test that holds where dpkg has the package whole, held or not. */
export const isInstalledDeb = (name: string): string => `dpkg-query -W -f '\${db:Status-Abbrev}' ${name} 2>/dev/null | grep -q '^[ih]i'`;
