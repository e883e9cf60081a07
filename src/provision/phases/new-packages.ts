// Packages that an installation adds, noted so that `reset` removes those and no others. Shell texts; pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { keepPaths, restoreAgain, STATE_FOLDER } from '../host-state.ts';
import type { HostFacts } from '../survey/facts.ts';

type Family = HostFacts['distribution'];

/** How a family tells what one installation added, and nothing that the owner installed beside it, before it or after it. */
interface Ways {
  before(list: string): string;
  /** Adds to `list`; also after an installation that failed. */
  note(list: string): string;
  /** Before a removal: what a run that was killed outright left to be noted. */
  late(list: string): string;
  /** Takes names, one a line. It refuses what others need, and says who they are. */
  readonly remove: string;
}

/** Keys that dnf took with an installation are packages to rpm, all of one name: they are told apart by their version. */
const LIST_RPMS = 'rpm -qa --qf \'%{NAME} %{VERSION} %{RELEASE}\\n\' | awk \'$1 == "gpg-pubkey" {print $1 "-" $2 "-" $3; next} {print $1}\' | LC_ALL=C sort -u';

/** dpkg writes a log of ours (`$log`), as it goes: so a run that was killed is known as exactly as one that ended. The log of the host gets the same lines. */
const noteLog = (list: string): string => `if [ -f ${list}.log ]; then
  awk '$3 == "install" {sub(/:.*/, "", $4); print $4}' ${list}.log >> ${list}
  cat ${list}.log >> /var/log/dpkg.log || true
  rm -f ${list}.log
fi`;

const WAYS: Readonly<Record<Family, Ways>> = {
  debian: {
    before: (list) => `log=${list}.log`,
    note: noteLog,
    late: noteLog,
    remove: 'DEBIAN_FRONTEND=noninteractive xargs dpkg --purge',
  },
  redhat: {
    // rpm has no such log. After a run that was killed outright nobody can tell its packages from those that the owner installed since: none of them counts, and they stay.
    before: (list) => `${LIST_RPMS} > ${list}.before`,
    note: (list) => `${LIST_RPMS} | LC_ALL=C comm -13 ${list}.before - >> ${list}
rm -f ${list}.before`,
    late: (list) => `rm -f ${list}.before`,
    // One that is gone already would be an error. `rpm -e`, unlike dnf, takes none away that needs one of these.
    remove: 'while read -r name; do if rpm -q "$name" >/dev/null 2>&1; then echo "$name"; fi; done | xargs -r rpm -e --allmatches',
  },
};

export interface NewPackages {
  /** Installs by that script, which finds `$log`, the log for dpkg; notes what is new after it, and be it that it failed or was told to stop. */
  noting(install: string): string;
  /** `first` runs when there is something to remove. */
  removing(first?: string): string;
}

/** `name` tells the notes of one action from those of others. `settings` are files of these packages that an owner may have had before, and that go with the packages. */
export function newPackages(family: Family, name: string, settings: readonly string[] = []): NewPackages {
  const list = `${STATE_FOLDER}/new-packages-${name}`;
  const { before, note, late, remove } = WAYS[family];
  return {
    // The installation ends at its first failure only where nothing asks for its exit code, hence `set +e` around it. Signals end it, and not the notes.
    // All in a shell of its own: whoever does this by hand keeps the settings of theirs.
    noting: (install) => `${settings.length ? `${keepPaths(settings.map(shellQuoted).join(' '))}\n` : ''}(
trap : HUP INT TERM
set -e
${before(list)}
set +e
(
set -e
${install}
)
code=$?
set -e
${note(list)}
exit $code
)`,
    removing: (first) => `${late(list)}
if [ -s ${list} ]; then
  ${first === undefined ? '' : `${first}\n  `}sort -u ${list} | ${remove} || {
    echo 'packages that came with the cluster are needed by others of this host, which are named above: remove those, or take names out of ${list} to keep them; then reset again' >&2; exit 1
  }
fi${settings.map((path) => `\n${restoreAgain(path)}`).join('')}`,
  };
}
