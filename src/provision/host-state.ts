// What ckadet keeps on a host so that `reset` can put it back: which actions were begun, files as they were, folders that it made. Shell texts; pure.
import * as z from 'zod/mini';
import { shellQuoted } from '../platform/shell-quote.ts';

/** On each host, mode 0700. */
export const STATE_FOLDER = '/var/lib/ckadet';
const BEGUN = `${STATE_FOLDER}/begun`;
const DONE = `${STATE_FOLDER}/done`;
/** Locked while a command goes on, by whoever started it. */
const RUNNING = `${STATE_FOLDER}/running`;
const DUE = `${STATE_FOLDER}/due`;
/** Paths that a reset has put back. */
const RESTORED = `${STATE_FOLDER}/restored`;
const ORIGINALS = `${STATE_FOLDER}/originals`;
/** Paths that were looked at before anything of ours came there, one a line: what was there is in ORIGINALS, or nothing was. */
const KEPT = `${STATE_FOLDER}/kept-paths`;
/** One line of JSON: what cannot be changed once the cluster is made. */
const LAYOUT = `${STATE_FOLDER}/layout`;
const MADE = `${STATE_FOLDER}/made-folders`;
/** `SHA256 PATH` of files that people may go on writing, as ckadet wrote them. */
const WRITTEN = `${STATE_FOLDER}/written`;
/** How what was begun is taken back, one line of JSON for each: a cluster file of later may not know it any more. */
const UNDOS = `${STATE_FOLDER}/undos`;

/** How an action is taken back. Texts of the plan, without any value. */
export interface Undo {
  readonly says: string;
  readonly undo?: string;
  readonly afterUndo?: string;
  /** What the action itself was given: undoing it may take as long. */
  readonly timeoutMs?: number;
}

/** What could not be noted is not begun: nobody could take it back. */
const UNNOTED = `{ echo 'cannot write to ${STATE_FOLDER}' >&2; exit 74; }`;

/** Comes before the note that the action was begun. The empty line ends one that an earlier run was cut off in. */
function noteUndo(id: string, { says, undo, afterUndo, timeoutMs }: Undo): string {
  const line = JSON.stringify({ id, says, undo, afterUndo, timeoutMs });
  return `undo=${shellQuoted(line)}
grep -qxF -e "$undo" ${UNDOS} 2>/dev/null || printf '\\n%s\\n' "$undo" >> ${UNDOS} || ${UNNOTED}
`;
}

export const LIST_UNDOS = `cat ${UNDOS} 2>/dev/null || true`;

/** By the id of the action; the last that was noted counts. */
export function parseUndos(text: string): ReadonlyMap<string, Undo> {
  const undos = new Map<string, Undo>();
  for (const line of text.split('\n')) {
    const noted = undoSchema.safeParse(parsedLine(line)).data;
    if (noted) undos.set(noted.id, noted);
  }
  return undos;
}

const undoSchema = z.object({
  id: z.string(),
  says: z.string(),
  undo: z.exactOptional(z.string()),
  afterUndo: z.exactOptional(z.string()),
  timeoutMs: z.exactOptional(z.number()),
});

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // empty, or cut off before its action began
  }
}

/** Notes that an action begins; to be run before it does anything. */
export const noteBegun = (id: string): string =>
  `mkdir -p -m 700 ${STATE_FOLDER} && { grep -qxF ${shellQuoted(id)} ${BEGUN} 2>/dev/null || echo ${shellQuoted(id)} >> ${BEGUN}; }`;

/** Notes actions that have to follow what now changes: a run that is cut off in between must not forget them. */
export const noteDue = (ids: readonly string[]): string => ids.map((id) => `${isDue(id)} || echo ${shellQuoted(id)} >> ${DUE}\n`).join('');
export const isDue = (id: string): string => `grep -qxF ${shellQuoted(id)} ${DUE} 2>/dev/null`;
/** The ids of those that did not follow yet, one a line. */
export const LIST_DUE = `cat ${DUE} 2>/dev/null || true`;

/**
 * A command between its notes. It finds `$again`: `yes` when it was begun before and did not end, so that it can clear away what is half done.
 * What a run that was cut off left going is waited for, and when that has done it, there is nothing more to do.
 * It ends at the first part that fails; the exit code is the command's. A command that removes all notes leaves none. `due` are actions that have to follow it.
 */
export const noted = (id: string, script: string, unless = 'false', due: readonly string[] = [], undo?: Undo): string => `mkdir -p -m 700 ${STATE_FOLDER}
exec 8>>${RUNNING}
flock -n 8 || { flock -w 900 8 || { echo 'a command of an earlier run is still going on' >&2; exit 75; }
if (
${unless}
) >/dev/null 2>&1; then exit 0; fi
}
again=no
if grep -qxF ${shellQuoted(id)} ${BEGUN} 2>/dev/null && ! grep -qxF ${shellQuoted(id)} ${DONE} 2>/dev/null; then again=yes; fi
${undo ? noteUndo(id, undo) : ''}${noteBegun(id)} || ${UNNOTED}
${noteDue(due)}(
set -e
${script}
) 8>&-
code=$?
[ -d ${STATE_FOLDER} ] || exit $code
if [ $code = 0 ] && ! grep -qxF ${shellQuoted(id)} ${DONE} 2>/dev/null; then echo ${shellQuoted(id)} >> ${DONE}; fi
if [ $code = 0 ] && ${isDue(id)}; then grep -vxF ${shellQuoted(id)} ${DUE} > ${DUE}.new; mv ${DUE}.new ${DUE}; fi
exit $code`;

/** A test that holds where that command was begun, did not end, and does not go on. */
export const wasCutOff = (id: string): string => `grep -qxF ${shellQuoted(id)} ${BEGUN} 2>/dev/null && ! ${wasDone(id)} && flock -n ${RUNNING} true`;
/** Waits for what a run that was cut off left going. */
export const AWAIT_RUNNING = `[ ! -e ${RUNNING} ] || flock -w 900 ${RUNNING} true`;

/** A test that holds where a reset was begun and not ended. */
export const IS_LEAVING = `grep -q '^reset/' ${BEGUN} 2>/dev/null`;

/** These commands count as begun and not ended from now on: what they did is taken back. */
export const notDone = (ids: readonly string[]): string =>
  `if [ -f ${DONE} ]; then grep -vxF ${ids.map((id) => `-e ${shellQuoted(id)}`).join(' ')} ${DONE} > ${DONE}.new || true; mv -f ${DONE}.new ${DONE}; fi`;

/** A test that holds where that command ended well. */
export const wasDone = (id: string): string => `grep -qxF ${shellQuoted(id)} ${DONE} 2>/dev/null`;

/** The ids of the actions that were begun, one a line; nothing on a host that was never touched. */
export const LIST_BEGUN = `cat ${BEGUN} 2>/dev/null || true`;

/** Which cluster the host belongs to; empty when none. */
export const READ_OWNER = `cat ${STATE_FOLDER}/cluster 2>/dev/null || true`;
/** What the cluster was made with, as `noteOwner` wrote it; empty when nothing is noted. */
export const READ_LAYOUT = `cat ${LAYOUT} 2>/dev/null || true`;
export const noteOwner = (cluster: string, layout: Readonly<Record<string, string>>): string =>
  `mkdir -p -m 700 ${STATE_FOLDER} && printf '%s\\n' ${shellQuoted(cluster)} > ${STATE_FOLDER}/cluster && printf '%s\\n' ${shellQuoted(JSON.stringify(layout))} > ${LAYOUT}`;

/**
 * Keeps what is at paths, once for each path whichever action it belongs to, and notes folders that will be made. `words` are the paths as words of a shell.
 * The note of a path comes after its copy: a cut in between is made good by the next run, before anything of ours is there.
 */
export const keepPaths = (words: string): string => `mkdir -p -m 700 ${STATE_FOLDER}
rm -f ${RESTORED}
for path in ${words}; do
  if grep -qxF "$path" ${KEPT} 2>/dev/null; then continue; fi
  if [ -e "$path" ] || [ -L "$path" ]; then
    mkdir -p "${ORIGINALS}$(dirname "$path")"
    rm -rf ${STATE_FOLDER}/keeping; cp -a "$path" ${STATE_FOLDER}/keeping; mv -f ${STATE_FOLDER}/keeping "${ORIGINALS}$path"
  fi
  dir=$(dirname "$path"); while [ ! -d "$dir" ]; do echo "$dir" >> ${MADE}; dir=$(dirname "$dir"); done
  printf '%s\\n' "$path" >> ${KEPT}
done`;

/** Ends with 75 where the host belongs to another cluster, or to this one as it was made otherwise. Sets `owner` and `layout` to what is noted. */
export const demandOwn = (cluster: string, layout: Readonly<Record<string, string>>): string => `owner=$(${READ_OWNER}); layout=$(${READ_LAYOUT})
if [ -n "$owner" ] && [ "$owner" != ${shellQuoted(cluster)} ]; then
  echo "$(hostname) belongs to the cluster $owner, and ${cluster} cannot have it too; if nobody needs $owner any more, take it back with its own file: ckadet cluster reset -f FILE" >&2; exit 75
fi
if [ -n "$layout" ] && [ "$layout" != ${shellQuoted(JSON.stringify(layout))} ]; then
  echo "$(hostname) was made part of ${cluster} with other settings, which cannot be changed later: compare ${LAYOUT} with the cluster file" >&2; exit 75
fi`;

/**
 * To be run before files are put at `paths`. The note that the action was begun comes last, and before the files: a cut in between is undone rightly.
 * `due` are actions that have to follow.
 */
export const keepBefore = (id: string, paths: readonly string[], due: readonly string[] = [], undo?: Undo): string => `set -e
${keepPaths(paths.map(shellQuoted).join(' '))}
${noteDue(due)}${undo ? noteUndo(id, undo) : ''}${noteBegun(id)}`;

// Put in place as a whole: a program that runs cannot be written over. A path that was never looked at is none of ours.
// Once: what is undone after it, such as the package that a file came with, may take the file away.
const RESTORE = `if grep -qxF "$path" ${RESTORED} 2>/dev/null; then :
elif [ -e "${ORIGINALS}$path" ] || [ -L "${ORIGINALS}$path" ]; then
  mkdir -p "$(dirname "$path")"; rm -rf "$path.ckadet-old"; cp -a "${ORIGINALS}$path" "$path.ckadet-old"; mv -f "$path.ckadet-old" "$path"
elif grep -qxF "$path" ${KEPT} 2>/dev/null; then rm -f "$path"; fi
if [ -d ${STATE_FOLDER} ]; then printf '%s\\n' "$path" >> ${RESTORED}; fi`;

/** Puts a file back as it was before `keepPaths`: the kept one, or none. Ends at the first part that fails only under `set -e`. */
export const restoreFile = (path: string): string => `path=${shellQuoted(path)}\n${RESTORE}`;

/** The same once more, after something that may have taken the file away, such as the package that it came with. */
export const restoreAgain = (path: string): string => `path=${shellQuoted(path)}
if [ -f ${RESTORED} ]; then grep -vxF "$path" ${RESTORED} > ${RESTORED}.new || true; mv -f ${RESTORED}.new ${RESTORED}; fi
${RESTORE}`;

/** The same for every path that was kept and matches an extended regular expression. */
export const restoreMatching = (pattern: string): string => `if [ -f ${KEPT} ]; then
  while IFS= read -r path; do
    if ! printf '%s\\n' "$path" | grep -qE ${shellQuoted(pattern)}; then continue; fi
${RESTORE}
  done < ${KEPT}
fi`;

/** Notes what ckadet has just written to a file; `word` is its path as a word of a shell, here and below. */
export const noteWritten = (word: string): string => `written="$(sha256sum < ${word} | cut -d' ' -f1) "${word}
grep -qxF "$written" ${WRITTEN} 2>/dev/null || printf '%s\\n' "$written" >> ${WRITTEN}`;

export const wasWritten = (word: string): string => `cut -d' ' -f2- ${WRITTEN} 2>/dev/null | grep -qxF ${word}`;

/** Nobody has changed the file since. */
export const isAsWritten = (word: string): string => `grep -qxF "$(sha256sum < ${word} | cut -d' ' -f1) "${word} ${WRITTEN} 2>/dev/null`;

/** As `restoreMatching`, but files that people have changed since `noteWritten` stay, and what was there before is put beside them. */
export const restoreUnchanged = (pattern: string): string => `if [ -f ${WRITTEN} ]; then
  cut -d' ' -f2- ${WRITTEN} | sort -u | while IFS= read -r path; do
    if [ ! -e "$path" ] || ${isAsWritten('"$path"')} || grep -qxF "$path" ${RESTORED} 2>/dev/null; then continue; fi
    if [ -e "${ORIGINALS}$path" ]; then cp -a "${ORIGINALS}$path" "$path.before-ckadet"; fi
    echo "$path was changed since ckadet wrote it, and stays"
    printf '%s\\n' "$path" >> ${RESTORED}
  done
fi
${restoreMatching(pattern)}`;

/**
 * The last of a reset: files that a plan of today no longer knows, folders that are empty again, deepest first, and what ckadet kept.
 * To be run under `set -e`: what could not be put back is not forgotten.
 */
export const FORGET = [
  restoreMatching('^/'),
  `if [ -f ${MADE} ]; then awk '{print length, $0}' ${MADE} | sort -rn | cut -d' ' -f2- | while read -r dir; do rmdir "$dir" 2>/dev/null || true; done; fi`,
  `rm -rf ${STATE_FOLDER}`,
].join('\n');
