// Atomic writes, and what failures of the file system mean to a person.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { fileError, readFolder, readText, remove, writeFileAtomic } from '../../../src/platform/files.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const errno = (code: string): Error => Object.assign(new Error(`${code}: failed`), { code });

describe('writing', () => {
  it('replaces the text, sets the mode and leaves nothing else', async () => {
    const folder = scratchFolder();
    const file = join(folder, 'note');
    await writeFileAtomic(file, 'one');
    await writeFileAtomic(file, 'two', { mode: 0o644 });
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['note']);
  });

  it('many at once leave one whole text', async () => {
    const file = join(scratchFolder(), 'note');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(1000));
    await Promise.all(texts.map((text) => writeFileAtomic(file, text)));
    expect(texts).toContain(readFileSync(file, 'utf8'));
  });

  it('that is not permitted points to a folder one can look at', () => {
    const folder = scratchFolder();
    expect(fileError('make the folder', join(folder, 'a', 'b', 'c'), errno('EACCES'))).toMatchObject({
      code: 'NOT_PERMITTED',
      next: [`look at its owner and mode: ls -ld ${folder}`, expect.any(String)],
    });
  });

  it('into a missing folder says which path', async () => {
    const file = join(scratchFolder(), 'none', 'note');
    await expect(writeFileAtomic(file, '')).rejects.toMatchObject({ code: 'PATH_BLOCKED', what: `cannot write ${file}` });
  });
});

describe('reading', () => {
  it('what is not there', async () => {
    const folder = scratchFolder();
    expect(await readText(join(folder, 'none'))).toBeUndefined();
    expect(await readFolder(join(folder, 'none'))).toEqual([]);
    await remove(join(folder, 'none'));
  });

  it('a folder as a file fails with its path', async () => {
    const folder = scratchFolder();
    await expect(readText(folder)).rejects.toMatchObject({
      code: 'PATH_IS_FOLDER',
      what: `cannot read ${folder}`,
      why: 'it is a folder, and a file is wanted',
    });
  });
});

it('what may not be read is not advised to be kept elsewhere', () => {
  const file = join(scratchFolder(), 'note');
  expect(fileError('read', file, errno('EACCES'))).toMatchObject({
    code: 'NOT_PERMITTED',
    why: 'you may not read it',
    next: [expect.stringContaining('ls -ld')],
  });
});

describe('failures', () => {
  it.each([
    ['EACCES', 'NOT_PERMITTED', 'may not write'],
    ['EROFS', 'READ_ONLY', 'read-only'],
    ['ENOSPC', 'DISK_FULL', 'no space'],
    ['EDQUOT', 'DISK_FULL', 'no space'],
    ['ENOTDIR', 'PATH_BLOCKED', 'not a folder'],
    ['EIO', 'FILE_FAILED', 'EIO: failed'],
  ])('%s becomes %s', (system, code, why) => {
    const error = fileError('write', '/state/file', errno(system));
    expect(error).toMatchObject({ code, what: 'cannot write /state/file', exitCode: 4 });
    expect(error.why).toContain(why);
  });

  it('what is explained already stays as it is', () => {
    const explained = new AppError({ code: 'X', what: 'x' });
    expect(fileError('write', '/a', explained)).toBe(explained);
  });
});
