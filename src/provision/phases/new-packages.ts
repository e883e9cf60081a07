// Packages that an installation adds, noted so that `reset` removes those and no others. Shell texts; pure.
import { shellQuoted } from '../../platform/shell-quote.ts';
import { keepPaths, restoreAgain, STATE_FOLDER } from '../host-state.ts';
import type { HostFacts } from '../survey/facts.ts';

type Family = HostFacts['distribution'];

const LIST: Readonly<Record<Family, string>> = {
  // The first letter says what is wanted, such as `h` for a package that is held; the second is the state: not there, settings only, or there, and be it half.
  debian: "dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n' | awk '$2 !~ /^.[nc]/ {print $1}' | LC_ALL=C sort -u",
  redhat: "rpm -qa --qf '%{NAME}\\n' | grep -vx gpg-pubkey | LC_ALL=C sort -u",
};
const REMOVE: Readonly<Record<Family, string>> = {
  debian: 'DEBIAN_FRONTEND=noninteractive xargs dpkg --purge',
  redhat: 'xargs dnf remove -y -q',
};

export interface NewPackages {
  /** Installs by that script, and notes what is new after it. One that was cut off or failed halfway is noted too, by the next run or by the undo. */
  noting(install: string): string;
  /** `first` runs when there is something to remove. */
  removing(first?: string): string;
}

/** `name` tells the notes of one action from those of others. `settings` are files of these packages that an owner may have had before, and that go with the packages. */
export function newPackages(family: Family, name: string, settings: readonly string[] = []): NewPackages {
  const list = `${STATE_FOLDER}/new-packages-${name}`;
  const before = `${list}.before`;
  const note = `${LIST[family]} | LC_ALL=C comm -13 ${before} - >> ${list}; rm -f ${before}`;
  return {
    noting: (
      install,
    ) => `${settings.length ? `${keepPaths(settings.map(shellQuoted).join(' '))}\n` : ''}if [ ! -f ${before} ]; then ${LIST[family]} > ${before}.new; mv ${before}.new ${before}; fi
${install}
${note}`,
    removing: (first) => `if [ -f ${before} ]; then ${note}; fi
if [ -s ${list} ]; then ${first === undefined ? '' : `${first}; `}sort -u ${list} | ${REMOVE[family]}; fi${settings.map((path) => `\n${restoreAgain(path)}`).join('')}`,
  };
}
