// Texts on narrow terminals: sentences are wrapped, commands stay what can be copied.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { wrapCommand, wrapSentences } from '../../../src/cli/output/wrap.ts';

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
