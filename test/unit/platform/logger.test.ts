// The log: one line per entry, no line per retry, and never beyond its size.
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepWithinSize } from '../../../src/platform/log-file.ts';
import { lineLogger, withoutRepeats } from '../../../src/platform/logger.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

it('tells the same once a minute, with how often it came', () => {
  const lines: string[] = [];
  let now = 0;
  const log = withoutRepeats(
    lineLogger(
      (line) => lines.push(line),
      () => 0,
    ),
    () => now,
  );
  for (let i = 0; i < 50; i++) log.warn('cannot write', { error: 'the disk is full', pod: `web-${i}` });
  log.warn('cannot write', { error: 'not permitted' });
  now = 60_000;
  log.warn('cannot write', { error: 'the disk is full', pod: 'web-50' });
  expect(lines.map((line) => line.slice(25))).toEqual([
    'WARN cannot write error="the disk is full" pod="web-0"\n',
    'WARN cannot write error="not permitted"\n',
    'WARN cannot write error="the disk is full" pod="web-50" unsaid=49\n',
  ]);
});

it('keeps the last lines and those before in two files of bounded size', () => {
  const path = join(scratchFolder(), 'server.log');
  const descriptor = openSync(path, 'a');
  for (let i = 0; i < 100; i++) {
    writeSync(descriptor, `line ${i}\n`);
    keepWithinSize(path, descriptor, 200);
  }
  closeSync(descriptor);
  expect(statSync(path).size).toBeLessThanOrEqual(208);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(208);
  const lines = (readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('line 99');
  expect(lines).toEqual(lines.map((_, i) => `line ${100 - lines.length + i}`));
});
