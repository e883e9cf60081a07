// The same command handed over to another Node: two processes that a terminal, a script and a service manager may take for one.
import { spawn } from 'node:child_process';
import { Interrupted, type StopSignal } from '../errors/interrupted.ts';

/** In the environment of the one that was handed over to: others have parents that part from them. */
const MARK = 'CKADET_HANDED_OVER';
const HUNG_UP = new Interrupted('SIGHUP').exitCode;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `node` with `args` on this process's terminal and ends as it ends: resolves with its exit code, or dies of the signal that it died of.
 * Rejects where it cannot be started. Signals are told, not sent: whoever sends them to the whole group has sent them to the other one already.
 */
export function handOver(node: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, [MARK]: '1' } });
    const tell = (signal: StopSignal): void => {
      // Before the other side listens the message is kept for it; after its end nobody is left to be told.
      if (child.connected) child.send(signal, () => {});
    };
    for (const signal of STOP_SIGNALS) process.on(signal, tell);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const each of STOP_SIGNALS) process.off(each, tell);
      // Exiting resets the terminal, and an old Node aborts where that is gone: it is hung up on instead.
      const last = signal ?? (code === HUNG_UP ? 'SIGHUP' : undefined);
      if (last) process.kill(process.pid, last);
      else resolve(code ?? 0);
    });
  });
}

/** What is heard of a process: its standard signals, and what a parent tells. */
export interface Heard {
  on(event: StopSignal, listener: (signal: StopSignal) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  /** False once the parent is gone. */
  readonly connected?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Calls `receive` once for each signal that was sent, told by who has handed over, or both; that one's end is a SIGTERM. Takes the mark from `env`. */
export function hearSignals(self: Heard, receive: (signal: StopSignal) => void): void {
  const isHandedOver = self.env[MARK] === '1';
  delete self.env[MARK];
  for (const signal of STOP_SIGNALS) {
    const heard = { sent: 0, told: 0 };
    let received = 0;
    const count = (way: keyof typeof heard): void => {
      heard[way] += 1;
      if (heard[way] <= received) return;
      received = heard[way];
      receive(signal);
    };
    self.on(signal, () => count('sent'));
    if (isHandedOver)
      self.on('message', (message) => {
        if (message === signal) count('told');
      });
  }
  if (!isHandedOver) return;
  if (self.connected) self.on('disconnect', () => receive('SIGTERM'));
  else receive('SIGTERM');
}
