// run.sh, run by bash with stand-ins for ssh and sudo: what it does when a host cannot make a value, and on hosts that others have or work on.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/provision/plan/action.ts';
import { type Login, scripts } from '../../../src/provision/plan/scripts.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

// Each host has a root folder of its own. Scripts of tasks are kept, and run only where they say that they change nothing but notes; the others are run.
const STAND_IN = `#!/bin/sh
host=local
for word in "$@"; do case $word in debian@*) host=\${word#debian@} ;; esac; done
export ROOT="$ROOTS/$host"
mkdir -p "$ROOT/run" "$ROOT/var/lib"
case $* in *"tar -C"*) cat >/dev/null; echo 'connection lost' >&2; exit 255 ;; esac
read -r first
case $first in
  holder=*) eval "$first"; export holder; echo $$ > "$ROOT/holder"; exec sh -s ;;
esac
number=$(ls "$KEPT" | wc -l)
{ printf '%s\\n' "$first"; cat; } > "$KEPT/$number"
exec sh "$KEPT/$number"
`;

const planWith = (script: string, join = ':'): Plan => ({
  cluster: 'demo',
  phases: [],
  assumptions: [],
  values: [{ name: 'join-token', says: 'a token', host: 'n1', secret: true, placeholder: 't', script }],
  tasks: ['n2', 'n3'].map((host) => ({
    id: `join/${host}`,
    phase: 'join',
    host,
    needs: [],
    actions: [{ kind: 'command', id: 'join', says: 'join', looks: true, script: `: "@{join-token}"; ${join}` }],
  })),
});

interface Prepared {
  /** What is below the root folder of a host. */
  readonly at: (host: string, path: string) => string;
  readonly write: (host: string, path: string, text: string) => void;
  /** `given` are the scripts that hosts got, but for those that take them. */
  readonly run: (
    file?: string,
    how?: { readonly command?: readonly string[]; readonly host?: string },
  ) => { readonly status: number | null; readonly stderr: string; readonly given: readonly string[] };
}

const layout = { topology: 'single' };
const overSsh: Login = (host) => [`debian@${host}`];

function prepared(plan: Plan, login: Login = overSsh, packages?: string): Prepared {
  const folder = scratchFolder();
  for (const { path, content, mode } of scripts(plan, { login, packages, layout })) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content.replaceAll(/(?<![\w.}])\/(?=(?:run|var|etc)\/)/g, '$ROOT/'));
    chmodSync(file, mode);
  }
  const [kept, programs, roots] = ['kept', 'programs', 'roots'].map((name) => join(folder, name)) as [string, string, string];
  for (const each of [kept, programs, roots]) mkdirSync(each);
  for (const name of ['ssh', 'sudo']) writeFileSync(join(programs, name), STAND_IN, { mode: 0o755 });
  writeFileSync(join(programs, 'ip'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const at = (host: string, path: string): string => join(roots, host, path);
  return {
    at,
    write(host, path, text) {
      mkdirSync(dirname(at(host, path)), { recursive: true });
      writeFileSync(at(host, path), text);
    },
    run(file = 'run.sh', { command: [program = '', ...words] = [file === 'run.sh' ? 'bash' : 'sh'], host = '' } = {}) {
      const { status, stderr } = spawnSync(program, [...words, join(folder, file)], {
        env: { PATH: `${programs}:${process.env['PATH']}`, KEPT: kept, ROOTS: roots, ROOT: join(roots, host), USER: 'tester', TMPDIR: folder },
        encoding: 'utf8',
        timeout: 20_000,
      });
      return {
        status,
        stderr,
        given: readdirSync(kept)
          .map((name) => readFileSync(join(kept, name), 'utf8'))
          .filter((text) => !text.includes('# Notes on a host')),
      };
    },
  };
}

it.each([
  ['over ssh', overSsh],
  ['where the first host is this machine', (host: string) => (host === 'n1' ? undefined : [`debian@${host}`])],
])('%s a value is made once and given to those who need it', (_, login) => {
  const { status, stderr, given } = prepared(planWith("echo made >&2; echo 'abc def'"), login).run();
  expect([status, stderr]).toEqual([0, 'made\n']);
  expect(given.filter((text) => text.includes('V_join_token=abc\\ def\n'))).toHaveLength(2);
});

it.each([
  ['fails', 'echo half-a-token; exit 3', 'could not get join-token of n1\n'],
  ['makes nothing', 'true', 'n1 made no join-token\n'],
])('a host that %s ends it before anything joins', (_, script, told) => {
  const { status, stderr, given } = prepared(planWith(script)).run();
  expect([status, stderr, given.length]).toEqual([1, told, 1]);
});

it('what may hold secrets of the cluster file is nobody else’s to read', () => {
  const files = scripts(planWith('echo token'), { login: overSsh, packages: undefined, layout });
  expect(files.flatMap(({ path, mode }) => (path.startsWith('tasks/') ? [mode] : []))).toEqual([0o700, 0o700]);
});

describe('hosts', () => {
  it('are noted as those of the cluster, and let go of in the end', () => {
    const { run, at } = prepared(planWith('echo token'));
    expect(run().status).toBe(0);
    expect(readFileSync(at('n2', 'var/lib/ckadet/cluster'), 'utf8')).toBe('demo\n');
    expect(JSON.parse(readFileSync(at('n2', 'var/lib/ckadet/layout'), 'utf8'))).toEqual(layout);
    expect(spawnSync('flock', ['-n', at('n2', 'run/ckadet.lock'), 'true']).status).toBe(0);
    expect(run().status).toBe(0);
  });

  it('of another cluster end it before anything is done', () => {
    const { run, write } = prepared(planWith('echo token'));
    write('n3', 'var/lib/ckadet/cluster', 'theirs\n');
    const { status, stderr, given } = run();
    expect([status, given]).toEqual([1, []]);
    expect(stderr).toMatch(/^nothing was done, because n3 cannot be worked on:\n.* belongs to the cluster theirs, and demo cannot have it too/);
  });

  it.each([
    ['etc/kubernetes/manifests/etcd.yaml', 'etc/kubernetes/admin.conf'],
    ['var/lib/etcd/member', 'etc/cni/net.d/10-flannel.conflist'],
  ])('with parts of a cluster that somebody made otherwise end it, and stay nobody’s: %s', (first, second) => {
    const { run, write, at } = prepared(planWith('echo token'));
    for (const path of [first, second]) write('n3', path, 'theirs');
    const { status, stderr, given } = run();
    expect([status, given]).toEqual([1, []]);
    expect(stderr).toMatch(/^nothing was done, because n3 cannot be worked on:\n.* has parts of a cluster that ckadet did not make/);
    for (const path of [first, second]) expect(stderr).toContain(path);
    expect(['n1', 'n2', 'n3'].map((host) => existsSync(at(host, 'var/lib/ckadet')))).toEqual([false, false, false]);
    for (const file of ['tasks/002-join-n3.sh', 'take.sh'])
      expect(run(file, { host: 'n3' })).toMatchObject({ status: 75, stderr: expect.stringContaining('did not make') as unknown });
    expect(existsSync(at('n3', 'var/lib/ckadet'))).toBe(false);
  });

  it('with parts of the cluster itself are gone on with, and so are those with networks of other programs', () => {
    const { run, write } = prepared(planWith('echo token'));
    write('n2', 'etc/cni/net.d/87-podman-bridge.conflist', '');
    write('n2', 'etc/cni/net.d/11-crio-ipv4-bridge.conflist', '');
    write('n3', 'var/lib/ckadet/cluster', 'demo\n');
    write('n3', 'etc/kubernetes/admin.conf', '');
    expect(run()).toMatchObject({ status: 0, stderr: '' });
  });

  it('are noted as those of the cluster before packages come there: a copy that is cut off is taken back by a reset', () => {
    const packages = scratchFolder();
    writeFileSync(join(packages, 'image.tar'), 'x');
    const { run, at } = prepared(planWith('echo token'), overSsh, packages);
    const { status, stderr } = run();
    expect([status, stderr]).toEqual([255, 'connection lost\n']);
    expect(readFileSync(at('n2', 'var/lib/ckadet/cluster'), 'utf8')).toBe('demo\n');
  });

  it('that were made otherwise end it, too', () => {
    const { run, write } = prepared(planWith('echo token'));
    write('n2', 'var/lib/ckadet/cluster', 'demo\n');
    write('n2', 'var/lib/ckadet/layout', '{"topology":"ha-stacked"}\n');
    const { status, stderr, given } = run();
    expect([status, given]).toEqual([1, []]);
    expect(stderr).toContain('with other settings');
  });

  it('that another run works on end it, and are told whose', () => {
    const { run, write, at } = prepared(planWith('echo token'));
    write('n2', 'run/ckadet.lock', 'somebody: ckadet create demo\n');
    const { status, stderr, given } = run('run.sh', { command: ['flock', '-n', at('n2', 'run/ckadet.lock'), 'bash'] });
    expect([status, given]).toEqual([1, []]);
    expect(stderr).toBe('nothing was done, because n2 cannot be worked on:\nsomebody: ckadet create demo\n');
    expect(run().status).toBe(0);
  });

  it('whose lock is lost end it before the next step', () => {
    const losing = 'kill "$(cat "$ROOTS/n3/holder")"; until ls "$TMPDIR"/*/n3.ended >/dev/null 2>&1 || [ ! -d "$TMPDIR" ]; do :; done';
    const { run } = prepared(planWith('echo token', losing));
    const { status, stderr, given } = run();
    expect([status, given.length]).toEqual([1, 2]);
    expect(stderr).toContain('the lock on n3 was lost');
  });

  it('are asked by each script that is run by hand, too', () => {
    const { run, write, at } = prepared(planWith('echo token'));
    const file = 'tasks/001-join-n2.sh';
    write('n2', 'run/ckadet.lock', '');
    mkdirSync(at('n2', 'var/lib'), { recursive: true });
    expect(run(file, { host: 'n2' })).toMatchObject({ status: 0, stderr: '' });
    write('n2', 'var/lib/ckadet/cluster', 'theirs\n');
    expect(run(file, { host: 'n2' })).toMatchObject({ status: 75, stderr: expect.stringContaining('belongs to the cluster theirs') as unknown });
  });
});
