// Start files of the sub-shell, tried with the real shell where there is one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fishQuoted, shellStart } from '../../../src/cli/sub-shell.ts';
import { shellQuoted } from '../../../src/platform/shell-quote.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const WEIRD = `/home/o'neill/my $(touch x) \\ folder/kubeconfig`;

describe('bash', () => {
  it('sets KUBECONFIG, the alias and ckadet for commands from a pipe', () => {
    const folder = scratchFolder();
    const start = shellStart('bash', { cluster: 'cka', kubeconfig: WEIRD, self: ['/bin/echo', 'called with'], folder }, false);
    for (const [name, text] of Object.entries(start.files)) writeFileSync(join(folder, name), text);
    const printed = execFileSync('bash', start.args, {
      input: 'printf "%s\\n" "$KUBECONFIG" "$CKADET_CLUSTER"\nalias k\nckadet up now\n',
      env: { PATH: '/usr/bin:/bin', HOME: folder, ...start.env },
      encoding: 'utf8',
    });
    expect(printed.split('\n')).toEqual([WEIRD, 'cka', "alias k='kubectl'", 'called with up now', '']);
  });

  it('completes kubectl without the package bash-completion', () => {
    const folder = scratchFolder();
    const start = shellStart('bash', { cluster: 'cka', kubeconfig: '/k', self: ['true'], folder }, true);
    for (const [name, text] of Object.entries(start.files)) writeFileSync(join(folder, name), text);
    // As the script that kubectl prints asks for the words of the line.
    const script =
      '__start_kubectl() { local cur prev words cword; _get_comp_words_by_ref -n "=:" cur prev words cword; COMPREPLY=("$cur|$prev|$cword|${#words[@]}"); }';
    writeFileSync(join(folder, 'kubectl'), `#!/bin/bash\ncat <<'END'\n${script}\nEND\n`, { mode: 0o755 });
    const printed = execFileSync('bash', start.args, {
      input: 'COMP_WORDS=(k get po --sort-by=x); COMP_CWORD=2\n__start_kubectl; echo "[$COMPREPLY]"; echo "[${COMP_WORDBREAKS//[^=:]/}]"\nexit\n',
      env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, BASH_COMPLETION_VERSINFO: 'not here' },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(printed).toContain('[po|get|2|4]\n');
    expect(printed).toContain('[]\n');
  });

  it("reads the learner's own bashrc first and marks the prompt", () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'home', '.bashrc'), 'PS1="mine> "; KUBECONFIG=theirs; MINE=yes\n');
    const start = shellStart('bash', { cluster: 'cka', kubeconfig: '/k', self: ['true'], folder }, true);
    for (const [name, text] of Object.entries(start.files)) writeFileSync(join(folder, name), text);
    expect(start.args).toEqual(['--rcfile', join(folder, 'bashrc'), '-i']);
    const printed = execFileSync('bash', start.args, {
      input: 'echo "[$MINE|$KUBECONFIG|$PS1]"\nexit\n',
      env: { PATH: '/usr/bin:/bin', HOME: join(folder, 'home') },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(printed).toContain('[yes|/k|(cka) mine> ]');
  });
});

it('zsh and fish get the same in their own words', () => {
  const sub = { cluster: 'cka', kubeconfig: '/k', self: ['node', 'ckadet.js'], folder: '/f' };
  expect(shellStart('zsh', sub, true)).toMatchObject({
    args: ['-i'],
    env: { ZDOTDIR: '/f' },
    files: { '.zshrc': expect.stringContaining("export KUBECONFIG='/k'") as string },
  });
  expect(shellStart('fish', sub, true)).toMatchObject({
    args: ['-i', '--init-command', "source '/f/config.fish'"],
    files: { 'config.fish': expect.stringContaining("set -gx KUBECONFIG '/k'") as string },
  });
});

it('quotes', () => {
  expect(execFileSync('bash', ['-c', `printf %s ${shellQuoted(WEIRD)}`], { encoding: 'utf8' })).toBe(WEIRD);
  expect(fishQuoted(`a'b\\c`)).toBe(`'a\\'b\\\\c'`);
});
