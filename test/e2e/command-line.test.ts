// The built command without a cluster: version, help, mistakes, folders that cannot be used, Ctrl-C.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { ckadet, ckadetOnTerminal } from '../fixtures/ckadet.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const KUBECONFIG =
  'clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443"}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: kind, context: {cluster: c, user: u}}]\n';
let home: string;
beforeEach(() => {
  home = scratchFolder();
});

describe('at first', () => {
  it.each(['--version', '-V'])('%s', async (flag) => {
    expect(await ckadet([flag], { home })).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('shows a page of help and leaves no trace', async () => {
    const { exitCode, stdout, stderr } = await ckadet([], { home });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^ckadet: .+\n\n[^]+\nClusters\n {2}up +start a simulated cluster/);
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    expect(readdirSync(home)).toEqual([]);
  });

  it('has no cluster', async () => {
    expect(await ckadet(['status'], { home })).toEqual({ exitCode: 0, stdout: 'There is no cluster yet. Make one: ckadet up\n', stderr: '' });
    expect(JSON.parse((await ckadet(['status', '--json'], { home })).stdout)).toEqual({ clusters: [], provisioned: [] });
    expect(await ckadet(['kubeconfig'], { home })).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: 'Error: there is no cluster yet [NO_CLUSTER]\n  next  make one: ckadet up\n',
    });
  });
});

describe('mistakes', () => {
  it.each([
    [['strat'], 'Error: ckadet has no command "strat" [UNKNOWN_COMMAND]\n  why   did you mean: ckadet lab start\n  next  see what there is: ckadet --help\n'],
    [
      ['lab', 'ls'],
      'Error: ckadet lab has no command "ls" [UNKNOWN_COMMAND]\n  why   did you mean: ckadet lab list\n  next  see what there is: ckadet lab --help\n',
    ],
    [['statsu'], 'Error: ckadet has no command "statsu" [UNKNOWN_COMMAND]\n  why   did you mean: ckadet status\n  next  see what there is: ckadet --help\n'],
    [
      ['up', '--worker', '2'],
      'Error: ckadet up has no option --worker [UNKNOWN_OPTION]\n  why   did you mean: --workers\n  next  see how it is used: ckadet up --help\n',
    ],
    [
      ['up', 'Bad_Name'],
      'Error: a cluster cannot be named "Bad_Name" [INVALID_NAME]\n  why   a name has up to 40 lower-case letters, digits and dashes, and neither\n        begins nor ends with a dash\n',
    ],
  ])('%j', async (args, stderr) => {
    expect(await ckadet(args, { home })).toEqual({ exitCode: 2, stdout: '', stderr });
  });

  it('are JSON for scripts', async () => {
    const { exitCode, stdout, stderr } = await ckadet(['down', 'nope', '--bogus', '--json'], { home });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNKNOWN_OPTION', exitCode: 2 } });
  });
});

describe('a state folder that cannot be used', () => {
  it('from a newer ckadet', async () => {
    writeFileSync(join(home, 'format'), '99\n');
    const { exitCode, stderr } = await ckadet(['status'], { home });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[HOME_TOO_NEW]');
    expect((await ckadet(['--help'], { home })).exitCode).toBe(0);
  });

  it('below a file', async () => {
    writeFileSync(join(home, 'file'), '');
    const { exitCode, stdout, stderr } = await ckadet(['up'], { home: join(home, 'file', 'state') });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr.replace(/\s+/g, ' ')).toContain(`cannot make the folder ${home}/file/state [PATH_BLOCKED]`);
    expect(stderr).not.toContain('    at ');
  });

  it('is found by the doctor', async () => {
    writeFileSync(join(home, 'file'), '');
    const { exitCode, stdout } = await ckadet(['doctor'], { home: join(home, 'file') });
    expect(exitCode).toBe(4);
    expect(stdout).toContain('miss  State folder: ');
  });
});

describe('the doctor', () => {
  it('says how to get kubectl', async () => {
    const { exitCode, stdout } = await ckadet(['doctor', '--json'], { home, env: { PATH: '/nowhere', SHELL: '/bin/zsh' } });
    expect(exitCode).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: readonly { check: string; state: string; next: readonly string[] }[] };
    expect(checks.map(({ check, state }) => [check, state])).toEqual([
      ['Node', 'ok'],
      ['kubectl', 'advice'],
      ['Completion', 'ok'],
      ['State folder', 'ok'],
      ['Network', 'ok'],
      ['Clusters', 'ok'],
    ]);
    expect(checks[1]?.next.join()).toContain('https://dl.k8s.io/release/');
  });
});

describe('allow', () => {
  beforeEach(() => writeFileSync(join(home, 'k'), KUBECONFIG));
  const env = (): Record<string, string> => ({ KUBECONFIG: join(home, 'k') });

  it('needs somebody to answer, or --yes', async () => {
    const refused = await ckadet(['allow', 'kind'], { home, env: env() });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('[NOT_INTERACTIVE]');
    expect((await ckadet(['allow', 'kind', '--yes'], { home, env: env() })).stdout).toContain('kind is allowed.');
    expect(JSON.parse((await ckadet(['allow', '--list', '--json'], { home })).stdout)).toMatchObject({
      contexts: [{ context: 'kind', server: 'https://10.0.0.1:6443' }],
    });
    expect((await ckadet(['allow', 'kind', '--remove'], { home })).stdout).toBe('kind is no longer allowed.\n');
  });

  it('asks on a terminal', async () => {
    const run = ckadetOnTerminal(['allow', 'kind'], { home, env: env() });
    await run.shows(/Allow it\?/);
    run.type('y\r');
    expect(await run.ended).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(home, 'contexts.json'), 'utf8')).toContain('"kind"');
  });

  it('ends with 130 on Ctrl-C at the question, the terminal clean', async () => {
    const run = ckadetOnTerminal(['allow', 'kind'], { home, env: env() });
    await run.shows(/Allow it\?/);
    run.type('\u0003');
    const { exitCode, printed } = await run.ended;
    expect(exitCode).toBe(130);
    expect(printed).not.toMatch(/\n +at |Error/);
    expect(printed.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(printed.lastIndexOf('\u001b[?25l'));
    expect(existsSync(join(home, 'contexts.json'))).toBe(false);
  });
});

describe('on a terminal', () => {
  it('of 40 columns the help fits', async () => {
    const { printed } = await ckadetOnTerminal(['up', '--help'], { home, columns: 40 }).ended;
    expect(printed).toContain('\u001b[1mUsage');
    const lines = stripVTControlCharacters(printed).split(/\r?\n/);
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });

  it('there is no colour when it is not wanted', async () => {
    const { printed } = await ckadetOnTerminal(['--help'], { home, env: { NO_COLOR: '1' } }).ended;
    expect(printed).not.toContain('\u001b[');
  });
});

describe('completion', () => {
  it('knows commands, options and choices', async () => {
    const complete = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await ckadet(['complete', '--', ...words], { home })).stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0] ?? '');
    expect(await complete('st')).toEqual(['status']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await complete('down', '--d')).toEqual(['--delete']);
    expect(await complete('nope', '')).toEqual(['']);
    expect(await complete('lab', 'start', 'drain')).toEqual(['drain-node']);
  });

  it('works in bash', async () => {
    const { stdout: script } = await ckadet(['completion', 'bash'], { home });
    const { execFileSync } = await import('node:child_process');
    const printed = execFileSync(
      'bash',
      [
        '-c',
        `ckadet() { printf 'status\\tshow the clusters\\nshell\\topen one\\n'; }\n${script}\nCOMP_WORDS=(ckadet s) COMP_CWORD=1 COMPREPLY=()\n_ckadet\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    );
    expect(printed).toBe('status\nshell\n');
  });
});

it('a reader that has seen enough ends it quietly', async () => {
  const { execFileSync } = await import('node:child_process');
  const entry = new URL('../../dist/ckadet.js', import.meta.url).pathname;
  expect(
    execFileSync('bash', ['-c', 'set -o pipefail; "$0" "$1" --help | head -1', process.execPath, entry], {
      encoding: 'utf8',
      env: { ...process.env, CKADET_HOME: home },
    }),
  ).toMatch(/^ckadet: /);
});
