// Looks at a host, many by one command: whether files are as they shall be, whether tests hold. The command ends at the first that finds
// something to do, because what comes after may depend on it. Pure.
import { FILE_FACTS, parseFileFacts, type FileFacts } from '../../hosts/host-files.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';

/** Why there is something to do, undefined when there is not. */
export interface Finding {
  readonly reason: string | undefined;
  /** Of files: those that are not as they shall be. */
  readonly paths: ReadonlySet<string>;
}

export interface Look {
  readonly script: string;
  /** How many it prints, whatever it finds. */
  readonly lines: number;
  finding(lines: readonly string[]): Finding;
}

/** For root. It exits 0 unless a file cannot be read. */
export const looksScript = (looks: readonly Look[]): string => `${FILE_FACTS}
same=yes
file() {
  said=-
  if [ -f "$1" ]; then said=$(facts "$1") || exit 1; fi
  printf '%s\\n' "$said"
  [ "$said" = "$2" ] || same=no
}
test_of() { if /bin/sh -c "$1" </dev/null >/dev/null 2>&1; then echo yes; else same=no; echo no; fi; }
${looks.map(({ script }) => `${script}\n[ $same = yes ] || exit 0`).join('\n')}`;

/** What each look found, up to and with the first that found something to do. */
export function findings(looks: readonly Look[], stdout: string): readonly Finding[] {
  const lines = stdout.split('\n').slice(0, -1);
  const all: Finding[] = [];
  for (const look of looks) {
    if (lines.length < look.lines) break;
    all.push(look.finding(lines.splice(0, look.lines)));
  }
  return all;
}

/** A script that exits 0 when there is nothing to do. */
export const lookByTest = (script: string): Look => ({
  script: `test_of ${shellQuoted(script)}`,
  lines: 1,
  finding: ([line]) => ({ reason: line === 'yes' ? undefined : 'it is not done yet', paths: new Set() }),
});

export function lookAtFiles(wanted: ReadonlyMap<string, FileFacts>): Look {
  const paths = [...wanted.keys()];
  return {
    script: [...wanted].map(([path, facts]) => `file ${shellQuoted(path)} ${shellQuoted(asPrinted(facts))}`).join('\n'),
    lines: wanted.size,
    finding(lines) {
      const reasons = new Map(
        paths.flatMap((path, i) => {
          const reason = difference(wanted.get(path), parseFileFacts(lines[i] ?? ''));
          return reason === undefined ? [] : [[path, reason] as const];
        }),
      );
      return { reason: reasons.values().next().value, paths: new Set(reasons.keys()) };
    },
  };
}

const asPrinted = ({ sha256, mode, owner }: FileFacts): string => `${sha256} ${mode.toString(8)} ${owner}`;

function difference(wanted: FileFacts | undefined, there: FileFacts | undefined): string | undefined {
  if (!there) return 'the file is not there';
  if (there.sha256 !== wanted?.sha256) return 'the file differs';
  if (there.owner !== wanted.owner) return 'the file has another owner';
  return there.mode === wanted.mode ? undefined : 'the file has another mode';
}
