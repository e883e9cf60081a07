// The state folder: its place on each platform, its format, and folders that cannot be used.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME_FORMAT, homePath, openHome } from '../../../src/platform/home.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

describe('its place', () => {
  it.each([
    ['the learner says', { CKADET_HOME: '/data/ckadet', XDG_STATE_HOME: '/state' }, 'linux', '/data/ckadet'],
    ['XDG says', { XDG_STATE_HOME: '/state' }, 'linux', '/state/ckadet'],
    ['a relative XDG path does not count', { XDG_STATE_HOME: 'state' }, 'linux', '/home/ann/.local/state/ckadet'],
    ['usual on Linux', {}, 'linux', '/home/ann/.local/state/ckadet'],
    ['usual on macOS', { XDG_STATE_HOME: '/state' }, 'darwin', '/home/ann/Library/Application Support/ckadet'],
    ['empty is as good as unset', { CKADET_HOME: '' }, 'linux', '/home/ann/.local/state/ckadet'],
  ] as const)('is where %s', (_why, env, platform, expected) => {
    expect(homePath({ HOME: '/home/ann', ...env }, platform)).toBe(expected);
  });
});

describe('opening', () => {
  it('does not touch the disk, preparing does', async () => {
    const root = join(scratchFolder(), 'deep', 'state');
    const home = await openHome(root);
    expect(existsSync(root)).toBe(false);
    await home.prepare();
    expect(readFileSync(home.path('format'), 'utf8')).toBe(`${HOME_FORMAT}\n`);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    await (await openHome(root)).prepare();
  });

  it('refuses what a newer ckadet wrote', async () => {
    const root = scratchFolder();
    writeFileSync(join(root, 'format'), '99\n');
    await expect(openHome(root)).rejects.toMatchObject({ code: 'HOME_TOO_NEW', exitCode: 3, why: expect.stringContaining('format 99') as string });
  });

  it.each(['', 'one', '0', '-1', '1.5'])('refuses the format %j', async (text) => {
    const root = scratchFolder();
    writeFileSync(join(root, 'format'), text);
    await expect(openHome(root)).rejects.toMatchObject({ code: 'HOME_FORMAT_UNREADABLE', exitCode: 3 });
  });
});

describe('a folder that cannot be used', () => {
  it('below a file', async () => {
    const root = scratchFolder();
    writeFileSync(join(root, 'file'), '');
    const home = await openHome(join(root, 'file', 'state'));
    await expect(home.prepare()).rejects.toMatchObject({
      code: 'PATH_BLOCKED',
      exitCode: 4,
      next: [expect.stringContaining('ls -ld'), expect.stringContaining('CKADET_HOME')],
    });
  });

  it.skipIf(process.getuid?.() === 0)('read-only', async () => {
    const root = join(scratchFolder(), 'locked');
    mkdirSync(root, { mode: 0o500 });
    await expect((await openHome(root)).prepare()).rejects.toMatchObject({ code: 'NOT_PERMITTED', exitCode: 4 });
  });

  it.runIf(process.platform === 'linux')('where the system allows no folders', async () => {
    await expect((await openHome('/proc/ckadet')).prepare()).rejects.toMatchObject({ code: 'PATH_BLOCKED', exitCode: 4 });
  });
});
