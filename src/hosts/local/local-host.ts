// This machine as a host: commands by its own shell.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, userInfo } from 'node:os';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Clock } from '../../platform/clock.ts';
import { runInForeground } from '../../platform/processes.ts';
import type { Asker } from '../asker.ts';
import type { Host } from '../host.ts';
import { ShellHost } from '../shell/shell-host.ts';
import type { RunningCommand, Transport } from '../shell/transport.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface LocalHostOptions {
  readonly name: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly asker: Asker;
}

export function localHost({ name, env, clock, asker }: LocalHostOptions): Host {
  return new ShellHost({ name, kind: 'local', where: 'this machine', user: userInfo().username, transport: new LocalTransport(env), clock, asker });
}

class LocalTransport implements Transport {
  readonly #env: Environment;
  readonly #running = new Set<RunningCommand>();

  constructor(env: Environment) {
    this.#env = env;
  }

  async start(commandLine: string): Promise<RunningCommand> {
    // A process group of its own: Ctrl-C at the terminal is for ckadet, which ends its commands itself.
    const child = spawn('/bin/sh', ['-c', commandLine], { env: { ...this.#env }, detached: true, stdio: 'pipe' });
    const { stdin, stdout, stderr } = child;
    const ended = new Promise<number>((resolve) => {
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    await once(child, 'spawn').catch((error: unknown) => {
      throw notStarted(messageOf(error));
    });
    const running: RunningCommand = { stdin, stdout, stderr, ended, abandon: () => endGroup(child) };
    this.#running.add(running);
    const forget = (): void => void this.#running.delete(running);
    ended.then(forget, forget);
    return running;
  }

  interactive(commandLine?: string): Promise<number> {
    return commandLine === undefined
      ? runInForeground(this.#env['SHELL'] || '/bin/sh', ['-l'], this.#env)
      : runInForeground('/bin/sh', ['-c', commandLine], this.#env);
  }

  async close(): Promise<void> {
    const running = [...this.#running];
    for (const each of running) each.abandon();
    await Promise.allSettled(running.map((each) => each.ended));
  }
}

function endGroup({ pid, exitCode, signalCode }: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // gone in between, or root's: then sudo has been told already
  }
}

const notStarted = (why: string): AppError =>
  new AppError({
    code: 'HOST_UNREACHABLE',
    what: 'cannot run a shell on this machine',
    why,
    next: ['look at it: ls -l /bin/sh'],
    exitCode: EXIT.missingPrerequisite,
  });
