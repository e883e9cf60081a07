// ckadet completion: the script that teaches a shell to complete ckadet; it asks `ckadet complete` at each Tab.
import { defineCommand } from '../command.ts';

const SCRIPTS = {
  bash: `_ckadet() {
  local IFS=$'\\n' words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(ckadet complete -- "\${words[@]}" 2>/dev/null | cut -f 1))
  if [[ "\${COMPREPLY[0]}" == ":files" ]]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _ckadet ckadet
`,
  zsh: `#compdef ckadet
_ckadet() {
  local -a found
  found=("\${(@f)$(ckadet complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${found[1]}" == ":files" ]]; then _files; return; fi
  local -a described=("\${(@)found//$'\\t'/:}")
  _describe ckadet described
}
compdef _ckadet ckadet
`,
  fish: `function __ckadet_complete
  set -l words (commandline -opc)[2..] (commandline -ct)
  set -l found (ckadet complete -- $words 2>/dev/null)
  if test "$found[1]" = ":files"; __fish_complete_path (commandline -ct); else; printf '%s\\n' $found; end
end
complete -c ckadet -f -a '(__ckadet_complete)'
`,
} as const;

export const command = defineCommand({
  description: 'Prints a script that completes commands, options and names of clusters and labs when you press Tab.',
  arguments: { shell: { summary: 'your shell', required: true, choices: Object.keys(SCRIPTS) } },
  examples: [
    { command: 'source <(ckadet completion bash)', says: 'bash: put it into ~/.bashrc' },
    { command: 'source <(ckadet completion zsh)', says: 'zsh: put it into ~/.zshrc, after compinit' },
    { command: 'ckadet completion fish | source', says: 'fish: put it into ~/.config/fish/config.fish' },
  ],
  async run({ shell }, { out }) {
    await out.data({ script: scriptOf(shell) }, () => scriptOf(shell));
  },
});

function scriptOf(shell: string): string {
  return Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell as keyof typeof SCRIPTS] : '';
}
