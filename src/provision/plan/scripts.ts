// A plan as shell scripts that work without ckadet: one for each task, run over ssh by `run.sh` in an order that holds. Pure.
import { ROOT_PATH } from '../../platform/root-path.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import { holdLock, LOCKED, takeLock } from '../host-lock.ts';
import { demandOwn, isDue, keepBefore, noted, noteDue, noteOwner, STATE_FOLDER } from '../host-state.ts';
import { DEMAND_UNUSED } from '../leftovers.ts';
import { type Action, followersOf, type Plan, type Task } from './action.ts';
import { undoOf } from './undo.ts';
import { filled, valuesIn } from './values.ts';

export interface ScriptFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** How `run.sh` logs in: what follows `ssh`, such as `-i key -p 22 debian@192.168.2.11`; undefined for this machine. */
export type Login = (host: string) => readonly string[] | undefined;

export interface ScriptOptions {
  readonly login: Login;
  /** The folder that uploads come from, as the script shall find it. */
  readonly packages: string | undefined;
  /** What the cluster is made with, of all that stays as it is; noted on each host beside its owner. */
  readonly layout: Readonly<Record<string, string>>;
}

export function scripts(plan: Plan, options: ScriptOptions): readonly ScriptFile[] {
  const tasks = plan.tasks.filter(({ actions }) => actions.length);
  const names = new Map(tasks.map((task, i) => [task.id, `${String(i + 1).padStart(3, '0')}-${task.phase}-${task.host}.sh`]));
  return [
    // Files of kubeadm are in them, with what patches of the cluster file say: a token, a key.
    ...tasks.map((task) => ({ path: `tasks/${names.get(task.id)}`, content: taskScript(task, plan.cluster, options), mode: 0o700 })),
    ...plan.values.map(({ name, script, says }) => ({
      path: `values/${name}.sh`,
      content: `#!/bin/sh\n# Prints ${says}.\n${ROOT_PATH}\n${script}\n`,
      mode: 0o755,
    })),
    { path: 'take.sh', content: takeScript(plan.cluster, options), mode: 0o755 },
    { path: 'hold.sh', content: holdScript(plan.cluster, options), mode: 0o755 },
    { path: 'run.sh', content: runScript(plan, tasks, names, options), mode: 0o755 },
  ];
}

// Runs on the host as root. Values come as variables V_NAME, files of the folder of packages from $PACKAGES.
function taskScript(task: Task, cluster: string, { layout }: ScriptOptions): string {
  return [
    '#!/bin/sh',
    `# ${task.phase} on ${task.host}. Run as root there; run.sh does so. What is done already is left.`,
    'set -e',
    ROOT_PATH,
    '# run.sh holds the lock of the host already.',
    `if [ "$${HELD}" != yes ]; then`,
    takeLock(shellQuoted(`somebody: ${task.phase} of ${cluster}, by hand`)),
    'fi',
    take(cluster, layout),
    'changed=',
    ...task.actions.flatMap((action) => actionLines(action, task)),
    '',
  ].join('\n');
}

/** Makes the host the cluster's, before anything of it is there: a reset takes back what has an owner. */
const take = (cluster: string, layout: ScriptOptions['layout']): string => `${demandFree(cluster, layout)}
if [ -z "$owner" ] || [ -z "$layout" ]; then { ${noteOwner(cluster, layout)}; } || exit 74; fi`;

const demandFree = (cluster: string, layout: ScriptOptions['layout']): string => `${demandOwn(cluster, layout)}
${DEMAND_UNUSED}`;

const HELD = 'ckadet_lock_held';

// A function, so that a shell that reads its script from standard input has read all of it when `cat` goes on reading there.
const holdScript = (cluster: string, { layout }: ScriptOptions): string => `#!/bin/sh
# Keeps other runs off a host until its standard input ends, or says why there may be none. Run as root there; run.sh does so.
hold() {
${demandFree(cluster, layout)}
${holdLock('"$holder"')}
}
hold
`;

const takeScript = (cluster: string, { layout }: ScriptOptions): string => `#!/bin/sh
# Notes on a host that it belongs to ${cluster}, unless it has another owner or parts of another cluster. Run as root there; run.sh does so.
set -e
${take(cluster, layout)}
`;

const WANTED = '/run/ckadet-wanted';

// The notes on the host are those that the gate keeps, so that `ckadet cluster reset` can take back what scripts have done.
function actionLines(action: Action, task: Task): readonly string[] {
  const id = `${task.phase}/${action.id}`;
  const due = followersOf(action, task);
  const mark = `changed="$changed ${action.id} "`;
  const title = ['', `echo ${shellQuoted(`- ${action.says}`)}`];
  if (action.kind === 'file')
    return [
      ...title,
      `( umask 077; cat > ${WANTED} ) <<${heredoc(action.content)}`,
      `( ${keepBefore(id, [action.path], [], undoOf(action))}\n)`,
      ...placed(WANTED, action.path, action.mode ?? '0644', mark, due),
      `rm -f ${WANTED}`,
    ];
  if (action.kind === 'upload')
    return [
      ...title,
      `( ${keepBefore(
        id,
        action.files.map(({ path }) => path),
        [],
        undoOf(action),
      )}\n)`,
      ...action.files.flatMap(({ from, path }) => placed(`"$PACKAGES/${from}"`, path, action.mode ?? '0644', mark, due)),
    ];
  const conditions = [
    ...(action.onChangeOf ? [`{ ${action.onChangeOf.map((other) => `[ "\${changed#* ${other} }" != "$changed" ]`).join(' || ')} || ${isDue(id)}; }`] : []),
    ...(action.unless === undefined ? [] : [`! ( ${action.unless}\n) >/dev/null 2>&1`]),
  ];
  const files = (action.files ?? []).flatMap(({ path, content }) => [
    `( umask 077; mkdir -p "$(dirname ${shellQuoted(path)})"; cat > ${shellQuoted(path)} ) <<${heredoc(content)}`,
  ]);
  const input =
    action.input === undefined ? ' < /dev/null' : 'file' in action.input ? ` < "$PACKAGES/${action.input.file}"` : ` <<${heredoc(action.input.text)}`;
  const [redirect = '', ...rest] = input.split('\n');
  const script = withVariables(action.script);
  return [
    ...title,
    ...(conditions.length ? [`if ${conditions.join(' && ')}; then`] : []),
    ...files,
    'code=0',
    `( ${action.looks ? script : noted(id, script, action.unless, due, undoOf(action))}\n)${redirect} || code=$?`,
    ...rest,
    ...(action.files ?? []).map(({ path }) => `rm -f ${shellQuoted(path)}`),
    `[ $code = 0 ] || { echo ${shellQuoted(`failed: ${action.says}`)} >&2; exit $code; }`,
    ...(action.looks ? [] : [mark]),
    ...(conditions.length ? ['fi'] : []),
  ];
}

/** Puts a file of the host in place where it differs. */
const placed = (from: string, path: string, mode: string, mark: string, due: readonly string[]): readonly string[] => {
  const to = shellQuoted(path);
  return [
    `if ! cmp -s ${from} ${to} || [ "$(stat -c '%a %U:%G' ${to})" != '${mode.replace(/^0+/, '')} root:root' ]; then`,
    ...(due.length ? [noteDue(due).trimEnd()] : []),
    `install -D -m ${mode} ${from} ${to}.ckadet-new && mv -f ${to}.ckadet-new ${to}`,
    `${mark}; fi`,
  ];
};

const variable = (name: string): string => `V_${name.replaceAll('-', '_')}`;
const withVariables = (text: string): string => filled(text, (name) => `$${variable(name)}`);

/** A here-document that the shell fills in only where the text has values. */
function heredoc(content: string): string {
  const body = content.endsWith('\n') ? content : `${content}\n`;
  if (!valuesIn(content).length) return `'CKADET_END'\n${body}CKADET_END`;
  return `CKADET_END\n${withVariables(body.replaceAll(/[\\$`]/g, String.raw`\$&`))}CKADET_END`;
}

/** Those below are more likely the shell's own. */
const FIRST_FD = 20;
/** Each host has two file descriptors: what goes to the command that holds its lock, and what that says. */
const locking = (cluster: string): string => `work=$(mktemp -d)
holding=
# Ends what holds the locks, and waits for that: the next run shall find the hosts free.
let_go() {
  local fd
  for fd in $holding; do eval "exec $fd>&-"; done
  for fd in $holding; do cat <&$((fd + 1)) >/dev/null; done
  rm -rf "$work"
}
trap let_go EXIT
# hold HOST FD: keeps other runs off it until this one ends
hold() {
  local line
  mkfifo "$work/$1"
  eval "exec $2> >(as_root \\"\\$1\\" > \\"\\$work/\\$1\\" 2> \\"\\$work/\\$1.why\\" || true; { : > \\"\\$work/\\$1.ended\\"; } 2>/dev/null)"
  eval "exec $(($2 + 1))< \\"\\$work/\\$1\\""
  holding="$holding $2"
  { printf 'holder=%q\\n' "\${USER:-somebody}: run.sh of ${cluster}"; cat hold.sh; } >&"$2"
  while read -r line <&$(($2 + 1)); do [ "$line" != ${LOCKED} ] || return 0; done
  echo "nothing was done, because $1 cannot be worked on:" >&2; cat "$work/$1.why" >&2; exit 1
}
# held HOST: still
held() {
  [ -e "$work/$1.ended" ] || return 0
  echo "the lock on $1 was lost: nothing more is done. Run it again: it goes on from there" >&2; exit 1
}`;

/** Where packages are brought to on a host; gone with all that a reset forgets. */
const BROUGHT = `${STATE_FOLDER}/brought`;

function runScript(plan: Plan, tasks: readonly Task[], names: ReadonlyMap<string, string>, { login, packages }: ScriptOptions): string {
  const hosts = [...new Set([...tasks, ...plan.values].map(({ host }) => host))];
  const lines = [
    '#!/bin/bash',
    `# Makes the cluster ${plan.cluster}: copies what the hosts need, then runs the scripts of tasks/ in order. What is done already is left,`,
    '# so that it can be run again after a failure. Needs ssh, and sudo without a password on the hosts.',
    'set -euo pipefail',
    'cd "$(dirname "$0")"',
    ...(packages === undefined ? [] : [`packages=\${PACKAGES:-}`, `[ -n "$packages" ] || packages=${shellQuoted(packages)}`]),
    '',
    'as_root() { # HOST: runs the script on stdin there as root',
    '  case $1 in',
    ...hosts.map((host) => {
      const words = login(host);
      return `    ${host}) ${words ? `ssh -o BatchMode=yes ${words.map(shellQuoted).join(' ')} sudo -n` : 'sudo -n'} sh -s ;;`;
    }),
    '  esac',
    '}',
    locking(plan.cluster),
    '# value NAME HOST: made on that host the first time that it is needed',
    'value() {',
    '  local name=V_${1//-/_} made',
    '  [ -z "${!name:-}" ] || return 0',
    // Not within another command: there its failure would be lost.
    '  made=$(as_root "$2" < "values/$1.sh") || { echo "could not get $1 of $2" >&2; exit 1; }',
    '  [ -n "$made" ] || { echo "$2 made no $1" >&2; exit 1; }',
    '  printf -v "$name" %s "$made"',
    '}',
  ];
  lines.push('', ...hosts.map((host, i) => `hold ${host} ${FIRST_FD + 2 * i}`));
  lines.push('', ...hosts.map((host) => `as_root ${host} < take.sh`));
  if (packages !== undefined)
    for (const host of hosts) {
      const words = login(host);
      lines.push(
        '',
        `echo "packages -> ${host}"`,
        words
          ? `tar -C "$packages" -c . | ssh -o BatchMode=yes ${words.map(shellQuoted).join(' ')} 'sudo -n mkdir -p -m 700 ${STATE_FOLDER} && sudo -n mkdir -p ${BROUGHT} && sudo -n tar -C ${BROUGHT} -x'`
          : `sudo -n mkdir -p -m 700 ${STATE_FOLDER} && sudo -n mkdir -p ${BROUGHT} && tar -C "$packages" -c . | sudo -n tar -C ${BROUGHT} -x`,
      );
    }
  for (const task of tasks) {
    const needed = valuesIn(...task.actions.flatMap(textsOf));
    const title = plan.phases.find(({ name }) => name === task.phase)?.title ?? task.phase;
    lines.push('', `echo ${shellQuoted(`== ${title}: ${task.host}`)}`);
    for (const name of needed) lines.push(`value ${name} ${plan.values.find((value) => value.name === name)?.host ?? ''}`);
    lines.push(`held ${task.host}`);
    const variables = [`echo ${HELD}=yes`, ...needed.map((name) => `printf "%s=%q\\n" ${variable(name)} "$${variable(name)}"`), `echo PACKAGES=${BROUGHT}`];
    lines.push(`{ ${variables.join('; ')}; cat tasks/${names.get(task.id)}; } | as_root ${task.host}`);
  }
  return `${lines.join('\n')}\n`;
}

const textsOf = (action: Action): readonly string[] =>
  action.kind === 'file'
    ? [action.content]
    : action.kind === 'upload'
      ? []
      : [action.script, ...(action.files ?? []).map(({ content }) => content), ...(action.input && 'text' in action.input ? [action.input.text] : [])];
