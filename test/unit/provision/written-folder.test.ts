// A folder that plans are written into again and again holds the last one, and what somebody else put there.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFolder } from '../../../src/provision/plan/written-folder.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const file = (path: string, content = path): { readonly path: string; readonly content: string; readonly mode: number } => ({ path, content, mode: 0o600 });

it('loses what is no longer in the plan, with folders that are empty then', async () => {
  const folder = join(scratchFolder(), 'out');
  await writeFolder(folder, 'write', [file('n1/etc/a'), file('n2/etc/b'), file('n2/etc/c')]);
  await writeFolder(folder, 'script', [file('run.sh')]);
  mkdirSync(join(folder, 'n2/own'));
  writeFileSync(join(folder, 'n2/etc/c'), 'changed by hand');
  writeFileSync(join(folder, 'n2/own/notes'), 'mine');
  expect(await writeFolder(folder, 'write', [file('n1/etc/a', 'new')])).toEqual({
    written: [join(folder, 'n1/etc/a')],
    removed: [join(folder, 'n2/etc/b')],
    kept: [join(folder, 'n2/etc/c')],
  });
  expect(['n1/etc/a', 'n2/etc/b', 'n2/etc/c', 'n2/own/notes', 'run.sh'].map((path) => existsSync(join(folder, path)))).toEqual([true, false, true, true, true]);
  expect(readFileSync(join(folder, 'n1/etc/a'), 'utf8')).toBe('new');
  expect(statSync(join(folder, 'n1/etc/a')).mode & 0o777).toBe(0o600);
  await writeFolder(folder, 'script', []);
  expect(existsSync(join(folder, 'run.sh'))).toBe(false);
});

it('is not written to where something of somebody else would be lost', async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'run.sh'), 'mine');
  await expect(writeFolder(folder, 'script', [file('tasks/1.sh'), file('run.sh')])).rejects.toMatchObject({
    code: 'NOT_OURS',
    exitCode: 2,
    what: `${join(folder, 'run.sh')} would be written over`,
    next: [expect.stringContaining(`--script ${join(folder, 'scripts')}`), expect.any(String)] as string[],
  });
  expect(readFileSync(join(folder, 'run.sh'), 'utf8')).toBe('mine');
  expect(existsSync(join(folder, 'tasks'))).toBe(false);
});

it('is not written to where something was changed by hand since, and nothing of it is written before', async () => {
  const folder = scratchFolder();
  await writeFolder(folder, 'script', [file('run.sh'), file('tasks/1.sh')]);
  writeFileSync(join(folder, 'tasks/1.sh'), 'by hand');
  await expect(writeFolder(folder, 'script', [file('run.sh', 'new'), file('tasks/1.sh', 'new')])).rejects.toMatchObject({
    code: 'CHANGED_SINCE',
    exitCode: 2,
    what: `${join(folder, 'tasks/1.sh')} would be written over`,
    why: 'it was changed since an earlier run wrote it',
  });
  expect(['run.sh', 'tasks/1.sh'].map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual(['run.sh', 'by hand']);
  await writeFolder(folder, 'script', [file('run.sh', 'new'), file('tasks/1.sh', 'by hand')]);
  expect(readFileSync(join(folder, 'run.sh'), 'utf8')).toBe('new');
});

it('of a run that was cut off is written to again', async () => {
  const folder = scratchFolder();
  await writeFolder(folder, 'script', [file('a', 'old'), file('c', 'old')]);
  // Something in the way ends the second run at its second file.
  writeFileSync(join(folder, 'b'), 'no folder');
  await expect(writeFolder(folder, 'script', [file('a', 'new'), file('b/x', 'new'), file('c', 'new')])).rejects.toMatchObject({ code: 'PATH_BLOCKED' });
  expect(['a', 'c'].map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual(['new', 'old']);
  rmSync(join(folder, 'b'));
  await writeFolder(
    folder,
    'script',
    ['a', 'b/x', 'c'].map((path) => file(path, 'newest')),
  );
  expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('newest');
  writeFileSync(join(folder, 'c'), 'old');
  await expect(writeFolder(folder, 'script', [file('c', 'newest')])).rejects.toMatchObject({ code: 'CHANGED_SINCE' });
});

it('is cleaned within itself only, whatever its list says', async () => {
  const root = scratchFolder();
  const folder = join(root, 'out');
  mkdirSync(folder);
  writeFileSync(join(root, 'precious'), 'x');
  await writeFolder(folder, 'write', [file('a', 'x')]);
  const list = join(folder, '.ckadet-plan.json');
  writeFileSync(list, readFileSync(list, 'utf8').replace('"a"', '"../precious"'));
  expect((await writeFolder(folder, 'write', [file('b')])).removed).toEqual([]);
  expect(existsSync(join(root, 'precious'))).toBe(true);
});

it.skipIf(process.platform !== 'linux')('that cannot be made says so', async () => {
  await expect(writeFolder('/proc/x', 'write', [file('a')])).rejects.toMatchObject({
    code: 'PATH_BLOCKED',
    next: ['look at the path: ls -ld /proc', 'name another place: --write FOLDER'],
  });
});
