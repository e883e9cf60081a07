// The start files of a shell that works in one cluster: the learner's own set-up first, then KUBECONFIG, k, completion and a mark in the prompt. Pure.
import { shellQuoted } from '../platform/shell-quote.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

export interface SubShell {
  readonly cluster: string;
  readonly kubeconfig: string;
  /** How ckadet itself is called where no `ckadet` is on the PATH. */
  readonly self: readonly string[];
  /** Where the start files are written. */
  readonly folder: string;
}

export interface ShellStart {
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** fish knows two escapes inside single quotes. */
export const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** What to write and how to start the shell; `interactive` is false when commands come from a pipe. */
export function shellStart(shell: ShellName, sub: SubShell, interactive: boolean): ShellStart {
  return { bash, zsh, fish }[shell](sub, interactive);
}

const header = (cluster: string): string => `# Written by ckadet for the shell of cluster ${cluster}; written anew each time.`;

function shared({ cluster, kubeconfig, self }: SubShell): readonly string[] {
  return [
    `export KUBECONFIG=${shellQuoted(kubeconfig)}`,
    `export CKADET_CLUSTER=${shellQuoted(cluster)}`,
    'alias k=kubectl',
    `command -v ckadet >/dev/null 2>&1 || ckadet() { ${self.map(shellQuoted).join(' ')} "$@"; }`,
  ];
}

/** kubectl's completion asks the package bash-completion for the words of the line. Without it this does, and = and : do not part words. */
const BASH_COMPLETION_STANDBY: readonly string[] = [
  'if ! declare -F _init_completion >/dev/null && ! declare -F _get_comp_words_by_ref >/dev/null; then',
  '  COMP_WORDBREAKS="${COMP_WORDBREAKS//[=:]/}"',
  '  _get_comp_words_by_ref() {',
  '    words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD',
  '    cur="${COMP_WORDS[COMP_CWORD]}"; prev="${COMP_WORDS[COMP_CWORD - 1]}"',
  '  }',
  'fi',
];

function bash(sub: SubShell, interactive: boolean): ShellStart {
  const file = `${sub.folder}/bashrc`;
  const text = [
    header(sub.cluster),
    'if [[ $- == *i* ]]; then',
    '  [ -r /etc/bash.bashrc ] && . /etc/bash.bashrc',
    '  [ -r ~/.bashrc ] && . ~/.bashrc',
    '  for file in /usr/share/bash-completion/bash_completion /opt/homebrew/etc/profile.d/bash_completion.sh /usr/local/etc/profile.d/bash_completion.sh; do',
    '    [ -z "${BASH_COMPLETION_VERSINFO:-}" ] && [ -r "$file" ] && . "$file"',
    '  done',
    '  unset file',
    'fi',
    'shopt -s expand_aliases',
    ...shared(sub),
    'if [[ $- == *i* ]]; then',
    '  if command -v kubectl >/dev/null 2>&1; then',
    ...BASH_COMPLETION_STANDBY.map((line) => `    ${line}`),
    '    . <(kubectl completion bash 2>/dev/null)',
    '    complete -o default -F __start_kubectl k',
    '  fi',
    '  . <(ckadet completion bash 2>/dev/null)',
    `  PS1="(${sub.cluster}) \${PS1-\\\\$ }"`,
    'fi',
    '',
  ].join('\n');
  return { files: { bashrc: text }, args: interactive ? ['--rcfile', file, '-i'] : [], env: interactive ? {} : { BASH_ENV: file } };
}

function zsh(sub: SubShell, interactive: boolean): ShellStart {
  const text = [
    header(sub.cluster),
    'ZDOTDIR="${CKADET_ZDOTDIR:-$HOME}"',
    '[ -r "$ZDOTDIR/.zshrc" ] && . "$ZDOTDIR/.zshrc"',
    ...shared(sub),
    'autoload -Uz compinit && compinit -i',
    'if command -v kubectl >/dev/null 2>&1; then . <(kubectl completion zsh 2>/dev/null); compdef k=kubectl; fi',
    '. <(ckadet completion zsh 2>/dev/null)',
    `PROMPT="(${sub.cluster}) $PROMPT"`,
    '',
  ].join('\n');
  const environment = [
    header(sub.cluster),
    '[ -r "${CKADET_ZDOTDIR:-$HOME}/.zshenv" ] && . "${CKADET_ZDOTDIR:-$HOME}/.zshenv"',
    'setopt aliases',
    ...(interactive ? [] : shared(sub)),
    '',
  ].join('\n');
  return { files: { '.zshrc': text, '.zshenv': environment }, args: interactive ? ['-i'] : [], env: { ZDOTDIR: sub.folder } };
}

function fish(sub: SubShell, interactive: boolean): ShellStart {
  const text = [
    header(sub.cluster),
    `set -gx KUBECONFIG ${fishQuoted(sub.kubeconfig)}`,
    `set -gx CKADET_CLUSTER ${fishQuoted(sub.cluster)}`,
    'function k --wraps kubectl; kubectl $argv; end',
    `command -q ckadet; or function ckadet; ${sub.self.map(fishQuoted).join(' ')} $argv; end`,
    'if status is-interactive',
    '  command -q kubectl; and kubectl completion fish 2>/dev/null | source',
    '  ckadet completion fish 2>/dev/null | source',
    '  functions -q fish_prompt; and functions -c fish_prompt ckadet_inner_prompt',
    `  function fish_prompt; echo -n ${fishQuoted(`(${sub.cluster}) `)}; functions -q ckadet_inner_prompt; and ckadet_inner_prompt; or echo -n '> '; end`,
    'end',
    '',
  ].join('\n');
  return {
    files: { 'config.fish': text },
    args: [...(interactive ? ['-i'] : []), '--init-command', `source ${fishQuoted(`${sub.folder}/config.fish`)}`],
    env: {},
  };
}
