// Texts on narrow terminals: sentences are wrapped, commands stay what can be copied.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { wrapAdvice, wrapCommand, wrapSentences } from '../../../src/cli/output/wrap.ts';

it('wraps the sentences of a plan and leaves its commands whole', () => {
  const command = `        echo ${'word '.repeat(20)}`;
  const plan = `1. Prepare\n    - name the kernel modules to load at boot: the kubelet needs them\n${command}`;
  expect(wrapSentences(plan, 40, 5)).toBe(`1. Prepare\n    - name the kernel modules to load\n      at boot: the kubelet needs them\n${command}`);
  expect(wrapSentences(plan, 100, 5)).toBe(plan);
});

it('breaks a command so that a shell reads it as one', () => {
  const command = `printf '%s\\n' one two --three "$(echo four five)" six`;
  const broken = wrapCommand(command, 24);
  expect(Math.max(...broken.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(24);
  expect(spawnSync('sh', ['-c', broken], { encoding: 'utf8' }).stdout).toBe('one\ntwo\n--three\nfour five\nsix\n');
});

it.each([
  ['end that program, then: ckadet up cka', ['end that program,', 'then: ckadet up cka']],
  [
    'make it anew: ckadet cluster delete -f c.yaml, then ckadet cluster create -f c.yaml',
    ['make it anew:', 'ckadet cluster delete -f c.yaml,', 'then', 'ckadet cluster create -f c.yaml'],
  ],
  [
    'put your public key there: ssh-copy-id -i /home/me/.ssh/id -p 2222 debian@192.168.2.11',
    ['put your public key', 'there:', 'ssh-copy-id -i /home/me/.ssh/id -p 2222 debian@192.168.2.11'],
  ],
  ['ckadet cluster ssh n1 -- sudo journalctl -u kubelet', ['ckadet cluster ssh n1 -- sudo journalctl -u kubelet']],
  ['what is left, see `ckadet status --all`, is yours', ['what is left, see', '`ckadet status --all`,', 'is yours']],
  ['it is not there; curl -LO https://example.com/it && sudo install it', ['it is not there;', 'curl -LO https://example.com/it && sudo install it']],
  ['choose another folder: export CKADET_HOME=DIR', ['choose another', 'folder:', 'export CKADET_HOME=DIR']],
  ['a shell in which kubectl works opens', ['a shell in which', 'kubectl works opens']],
  ['a kind of docker that is old and does not work', ['a kind of docker', 'that is old and does', 'not work']],
  ['', ['']],
])('never breaks a command that is advised: %s', (text, lines) => {
  expect(wrapAdvice(text, 20).split('\n')).toEqual(lines);
  expect(wrapAdvice(text, 200)).toBe(text);
});
