// What `source <(kubectl completion bash)` and its like tell a shell: each asks `kubectl __complete` for what the word may become.

const BASH = `# bash completion for kubectl; an alias k takes it over with: complete -o default -F __start_kubectl k
__start_kubectl() {
    local cur="\${COMP_WORDS[COMP_CWORD]}" value out directive line command=kubectl
    local -a words=("\${COMP_WORDS[@]:0:COMP_CWORD}")
    if declare -F _get_comp_words_by_ref > /dev/null; then
        local cword
        _get_comp_words_by_ref -n '=:' cur words cword
        words=("\${words[@]:0:cword}")
    fi
    type -P "\${words[0]}" > /dev/null && command="\${words[0]}"
    COMPREPLY=()
    [[ $cur == -*=* ]] && value="\${cur#*=}" || value="$cur"
    out=$("$command" __completeNoDesc "\${words[@]:1}" "$cur" 2> /dev/null) || return
    directive="\${out##*:}"
    out="\${out%:*}"
    while IFS='' read -r line; do
        [[ -n "$line" && "$line" == "$value"* ]] && COMPREPLY+=("$line")
    done <<< "$out"
    if ((\${#COMPREPLY[@]} == 0)); then
        (((directive & 4) == 0)) || compopt +o default 2> /dev/null
        return
    fi
    (((directive & 2) == 0)) || compopt -o nospace 2> /dev/null
    [[ \${COMPREPLY[0]} == *= && \${#COMPREPLY[@]} == 1 ]] && compopt -o nospace 2> /dev/null
    # Bash replaces only what stands behind its last word break.
    if declare -F __ltrim_colon_completions > /dev/null; then
        __ltrim_colon_completions "$cur"
    fi
}
complete -o default -F __start_kubectl kubectl
`;

const ZSH = `#compdef kubectl
compdef _kubectl kubectl

_kubectl() {
    local out directive line
    local -a offered
    out=$(kubectl __complete "\${(@)words[2,CURRENT-1]}" "\${words[CURRENT]}" 2> /dev/null) || return
    directive="\${out##*:}"
    out="\${out%:*}"
    while IFS='' read -r line; do
        [[ -z "$line" ]] && continue
        local word="\${line%%$'\\t'*}"
        if [[ "$line" == *$'\\t'* ]]; then
            offered+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
        else
            offered+=("\${word//:/\\\\:}")
        fi
    done <<< "$out"
    if ((\${#offered} > 0)); then
        if (((directive & 2) != 0)); then
            _describe -V 'completions' offered -S ''
        else
            _describe -V 'completions' offered
        fi
    elif (((directive & 4) == 0)); then
        _files
    fi
}

if [ "$funcstack[1]" = "_kubectl" ]; then
    _kubectl
fi
`;

const FISH = `# fish completion for kubectl
function __kubectl_offer
    set -l words (commandline -opc)
    set -l part (commandline -ct)
    set -l lines (kubectl __complete $words[2..-1] "$part" 2> /dev/null)
    set -l directive (string replace -r '^:' '' -- $lines[-1])
    test (count $lines) -gt 1; and string join \\n -- $lines[1..-2]
    if test (count $lines) -le 1; and test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path "$part"
    end
end
complete -c kubectl -e
complete -c kubectl -f -k -a '(__kubectl_offer)'
`;

const POWERSHELL = `# powershell completion for kubectl
Register-ArgumentCompleter -Native -CommandName 'kubectl' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($WordToComplete -ne '' -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
    $part = if ($WordToComplete -eq '') { '""' } else { $WordToComplete }
    $lines = @(& kubectl __complete @words $part 2> $null)
    $lines | Where-Object { $_ -notmatch '^:\\d+$' } | ForEach-Object {
        $word, $help = $_ -split "\`t", 2
        if (-not $help) { $help = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $help)
    }
}
`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
