// Many looks at a host by one command, carried out by a real shell.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findings, type Look, lookAtFiles, lookByTest, looksScript } from '../../../src/provision/gate/looks.ts';
import { temporaryFolder } from '../../fixtures/scratch.ts';

const scratch = temporaryFolder();
const folder = scratch.path;
afterAll(scratch.remove);
const OWNER = `${userInfo().username}:${execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function file(name: string, content: string, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}
const wanted = (path: string, content: string, mode = 0o644, owner = OWNER): Look => lookAtFiles(new Map([[path, { sha256: sha256(content), mode, owner }]]));

/** The reason of each look that was come to. */
function reasonsOf(...looks: readonly Look[]): readonly (string | undefined)[] {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', looksScript(looks)], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return findings(looks, stdout).map(({ reason }) => reason);
}

describe('looks', () => {
  it('tell why a file is not as it shall be', () => {
    const path = file("it's a file", 'one\n', 0o600);
    expect(reasonsOf(wanted(path, 'one\n', 0o600))).toEqual([undefined]);
    expect(reasonsOf(wanted(join(folder, 'none'), ''))).toEqual(['the file is not there']);
    expect(reasonsOf(wanted(folder, ''))).toEqual(['the file is not there']);
    expect(reasonsOf(wanted(path, 'two\n', 0o600))).toEqual(['the file differs']);
    expect(reasonsOf(wanted(path, 'one\n', 0o644))).toEqual(['the file has another mode']);
    expect(reasonsOf(wanted(path, 'one\n', 0o600, 'nobody:nogroup'))).toEqual(['the file has another owner']);
  });

  it('name all files of an action that differ', () => {
    const facts = { sha256: sha256('one'), mode: 0o644, owner: OWNER };
    const [right, wrong, none] = [file('right', 'one'), file('wrong', 'two'), join(folder, 'none')];
    const look = lookAtFiles(new Map([right, wrong, none].map((path) => [path, facts])));
    const { stdout } = spawnSync('/bin/sh', ['-c', looksScript([look])], { encoding: 'utf8' });
    expect(findings([look], stdout)).toEqual([{ reason: 'the file differs', paths: new Set([wrong, none]) }]);
  });

  it('end at the first that finds something to do', () => {
    const later = join(folder, 'later');
    const path = file('there', 'x');
    expect(reasonsOf(wanted(path, 'x'), lookByTest('true'), lookByTest("test a = 'b'"), lookByTest(`touch ${later}`))).toEqual([
      undefined,
      undefined,
      'it is not done yet',
    ]);
    expect(reasonsOf(wanted(path, 'y'), lookByTest(`touch ${later}`))).toEqual(['the file differs']);
    expect(existsSync(later)).toBe(false);
  });

  it('let no test disturb another: not by ends, variables, output, input or errors in it', () => {
    expect(reasonsOf(lookByTest('same=no; echo loud; exit 0'), lookByTest('cat; echo >&2 loud'), lookByTest('true'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(reasonsOf(lookByTest('if'), lookByTest('true'))).toEqual(['it is not done yet']);
  });
});
