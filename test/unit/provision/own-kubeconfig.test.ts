// The person's own kubeconfig: what was added is taken out again, and a file that makes no sense holds up nobody.
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { type Home, openHome } from '../../../src/platform/home.ts';
import { silentProgress } from '../../../src/platform/progress.ts';
import { mergeIntoOwn, takeOutOfOwn } from '../../../src/provision/cluster-kubeconfig.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const ADDED = `apiVersion: v1
kind: Config
clusters: [{name: demo, cluster: {server: "https://10.0.0.11:6443"}}]
contexts: [{name: demo, context: {cluster: demo, user: demo-admin}}]
users: [{name: demo-admin, user: {token: t}}]
current-context: demo
`;
let folder = '';
let home: Home;
let remarks: string[] = [];
const at = (name: string): string => join(folder, name);
const merge = (into: string): ReturnType<typeof mergeIntoOwn> => mergeIntoOwn(home, 'demo', at('demo.yaml'), { KUBECONFIG: at(into) }, wallClock);
const takeOut = (): Promise<readonly string[]> => takeOutOfOwn(home, 'demo', wallClock, { ...silentProgress, note: (text) => void remarks.push(text) });

beforeEach(async () => {
  folder = scratchFolder();
  remarks = [];
  home = await openHome(at('home'));
  await home.prepare();
  writeFileSync(at('demo.yaml'), ADDED);
});

it('that could not take it in is not remembered, and the others are cleaned', async () => {
  await merge('good');
  writeFileSync(at('bad'), 'a: [');
  await expect(merge('bad')).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID' });
  expect(await takeOut()).toEqual([at('good')]);
  expect(remarks).toEqual([]);
  expect(readFileSync(at('bad'), 'utf8')).toBe('a: [');
});

it('that was broken since is told of, the others are cleaned, and it is tried again the next time', async () => {
  await merge('one');
  await merge('two');
  const whole = readFileSync(at('one'), 'utf8');
  writeFileSync(at('one'), 'a: [');
  expect(await takeOut()).toEqual([at('two')]);
  expect(remarks).toEqual([expect.stringContaining(`the context demo may still be in ${at('one')}`)]);
  writeFileSync(at('one'), whole);
  expect(await takeOut()).toEqual([at('one')]);
  expect(readFileSync(at('one'), 'utf8')).not.toContain('demo');
});

it('that is a link stays one, and what it leads to is written', async () => {
  mkdirSync(at('dotfiles'));
  symlinkSync('dotfiles/kube', at('config'));
  await merge('config'); // there is nothing yet where it leads
  expect(readFileSync(at('dotfiles/kube'), 'utf8')).toContain('demo');
  expect(await takeOut()).toEqual([at('config')]);
  expect(lstatSync(at('config')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('dotfiles/kube'), 'utf8')).not.toContain('demo');
});

it('that is a folder now holds up nobody', async () => {
  await merge('one');
  await merge('two');
  rmSync(at('one'));
  mkdirSync(at('one'));
  expect(await takeOut()).toEqual([at('two')]);
  expect(remarks).toHaveLength(1);
  expect(existsSync(at('one'))).toBe(true);
});

it('that cannot be there is named by what names it', async () => {
  mkdirSync(at('folder'));
  writeFileSync(at('file'), '');
  const next = expect.arrayContaining(['name a file that can be written: export KUBECONFIG=FILE']) as string[];
  await expect(merge('folder')).rejects.toMatchObject({
    code: 'OWN_KUBECONFIG',
    what: `the context cannot be added to ${at('folder')}`,
    why: 'it is a folder, and a file is wanted; KUBECONFIG names it',
    next,
  });
  await expect(merge('file/config')).rejects.toMatchObject({
    code: 'OWN_KUBECONFIG',
    why: expect.stringContaining(`the folder ${at('file')}`) as string,
    next,
  });
  expect(await takeOut()).toEqual([]);
});

it.each([
  ['no file', undefined, true],
  ['a file without a current context', 'apiVersion: v1\nkind: Config\ncurrent-context: ""\n', true],
  ['a file whose current context is another', 'apiVersion: v1\nkind: Config\ncurrent-context: other\n', false],
])('into %s tells whether kubectl uses it now', async (_what, before, isCurrent) => {
  if (before !== undefined) writeFileSync(at('own'), before);
  expect(await merge('own')).toEqual({ file: at('own'), isCurrent });
});
