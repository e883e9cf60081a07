// What ckadet needs of a machine, one check per function; each finds something out and says what to do about it.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError, messageOf } from '../errors/app-error.ts';
import { remove, writeFileAtomic } from '../platform/files.ts';
import { isPortFree } from '../platform/ports.ts';
import { runProgram } from '../platform/processes.ts';
import type { CommandContext } from './context.ts';

export interface Finding {
  readonly check: string;
  /** `missing`: ckadet cannot work so; `advice`: it can, less well. */
  readonly state: 'ok' | 'advice' | 'missing';
  readonly found: string;
  readonly next: readonly string[];
}

type Check = (context: CommandContext) => Promise<Finding>;

const PROGRAM_TIMEOUT_MS = 5_000;
/** Minor versions of kubectl that are tested against the simulator. */
const OLDEST_KUBECTL_MINOR = 27;

const CHECKS: readonly Check[] = [node, kubectl, completion, stateFolder, freePort, clusters];

export async function diagnose(context: CommandContext): Promise<readonly Finding[]> {
  return Promise.all(CHECKS.map((check) => check(context)));
}

async function node(): Promise<Finding> {
  return { check: 'Node', state: 'ok', found: `${process.version} on ${process.platform} ${process.arch}`, next: [] };
}

async function kubectl({ env }: CommandContext): Promise<Finding> {
  const result = await runProgram('kubectl', ['version', '--client', '-o', 'json'], { env, timeoutMs: PROGRAM_TIMEOUT_MS });
  if (!result)
    return {
      check: 'kubectl',
      state: 'advice',
      found: 'not found: ckadet kubectl takes its place, and is kubectl in ckadet shell',
      next: howToGetKubectl(process.platform, process.arch).map((way, index) => (index === 0 ? `for one of your own: ${way}` : way)),
    };
  const minor = /"gitVersion":\s*"v1\.(\d+)/.exec(result.stdout)?.[1];
  if (result.exitCode !== 0 || minor === undefined)
    return {
      check: 'kubectl',
      state: 'advice',
      found: `found, and it does not tell its version (exit code ${result.exitCode})`,
      next: ['try it: kubectl version --client'],
    };
  const version = /"gitVersion":\s*"([^"]+)"/.exec(result.stdout)?.[1] ?? '';
  if (Number(minor) < OLDEST_KUBECTL_MINOR)
    return {
      check: 'kubectl',
      state: 'advice',
      found: `${version} is older than what is tested (v1.${OLDEST_KUBECTL_MINOR})`,
      next: howToGetKubectl(process.platform, process.arch),
    };
  return { check: 'kubectl', state: 'ok', found: version, next: [] };
}

/** The usual ways to install kubectl on a platform. */
function howToGetKubectl(platform: NodeJS.Platform, arch: string): readonly string[] {
  const binary = `curl -LO "https://dl.k8s.io/release/$(curl -Ls https://dl.k8s.io/release/stable.txt)/bin/${platform === 'darwin' ? 'darwin' : 'linux'}/${arch === 'arm64' ? 'arm64' : 'amd64'}/kubectl"`;
  const install = `${binary} && chmod +x kubectl && mkdir -p ~/.local/bin && mv kubectl ~/.local/bin/`;
  return platform === 'darwin' ? ['brew install kubectl', `or: ${install}`] : ['snap install kubectl --classic', `or: ${install}`];
}

/** Where the package bash-completion usually lies. */
const BASH_COMPLETION = [
  '/usr/share/bash-completion/bash_completion',
  '/etc/bash_completion',
  '/opt/homebrew/etc/profile.d/bash_completion.sh',
  '/usr/local/etc/profile.d/bash_completion.sh',
];

async function completion({ env }: CommandContext): Promise<Finding> {
  const shell = basename(env['SHELL'] ?? 'bash');
  if (shell !== 'bash') return { check: 'Completion', state: 'ok', found: `${shell} needs nothing more`, next: [] };
  const found = BASH_COMPLETION.find((file) => existsSync(file));
  if (found) return { check: 'Completion', state: 'ok', found, next: [] };
  return {
    check: 'Completion',
    state: 'advice',
    found: 'the package bash-completion is not there; Tab works in ckadet shell all the same, in your own shell kubectl needs it',
    next: [process.platform === 'darwin' ? 'brew install bash-completion@2' : 'install it: apt install bash-completion, or dnf install bash-completion'],
  };
}

async function stateFolder({ home, clock }: CommandContext): Promise<Finding> {
  const probe = home.path(`.doctor-${process.pid}-${clock.now()}`);
  try {
    await home.prepare();
    await writeFileAtomic(probe, 'probe\n');
    return { check: 'State folder', state: 'ok', found: home.root, next: [] };
  } catch (error) {
    const known = error instanceof AppError ? error : undefined;
    return { check: 'State folder', state: 'missing', found: `${home.root} cannot be written: ${known?.why ?? messageOf(error)}`, next: known?.next ?? [] };
  } finally {
    await remove(probe).catch(() => undefined); // it was never written, and the finding says why
  }
}

async function freePort(): Promise<Finding> {
  const free = await isPortFree(0);
  return free
    ? { check: 'Network', state: 'ok', found: 'a server can listen on 127.0.0.1', next: [] }
    : { check: 'Network', state: 'missing', found: 'no server can listen on 127.0.0.1', next: ['check the firewall or the sandbox that this shell runs in'] };
}

async function clusters({ simulator, home }: CommandContext): Promise<Finding> {
  const known = await (await simulator(home)).status();
  const running = known.filter((each) => each.state === 'running').map((each) => each.name);
  const broken = known.filter((each) => each.state === 'killed' || each.state === 'unreachable' || each.state === 'damaged');
  if (broken.length > 0) {
    return {
      check: 'Clusters',
      state: 'advice',
      found: broken.map((each) => `${each.name} is ${each.state}`).join(', '),
      next: broken.map(({ name, state }) =>
        state === 'damaged'
          ? `remove it: ckadet down ${name} --delete`
          : state === 'killed'
            ? `resume it: ckadet up ${name}`
            : `restart it: ckadet down ${name} && ckadet up ${name}`,
      ),
    };
  }
  return {
    check: 'Clusters',
    state: 'ok',
    found: known.length === 0 ? 'none yet' : running.length === 0 ? `${known.length} stopped` : `running: ${running.join(', ')}`,
    next: [],
  };
}
