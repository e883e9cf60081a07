// A person at a process in a container: whether the terminal is handed over, and given back whatever happens.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go (SetupTTY) and util/term
import { Exit } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { runRemotely, type RemoteProcess } from './remote-process.ts';

export interface Wishes {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** Whether every key goes to the process: a terminal was asked for, and there is one. Says so where there is none. */
export function takesTerminal({ stdin, tty, quiet }: Wishes, kubectl: Kubectl): boolean {
  if (!stdin || !tty) return false;
  if (kubectl.ports.stdin.isTerminal) return true;
  if (!quiet) kubectl.complain('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}

interface Session {
  readonly kubectl: Kubectl;
  readonly process: Pick<RemoteProcess, 'namespace' | 'pod' | 'container' | 'does' | 'command'>;
  readonly stdin: boolean;
  readonly raw: boolean;
  /** The size is told once wrong and then right, so that a screen that is attached to is drawn anew. */
  readonly redraws?: boolean;
}

export async function runSession({ kubectl, process, stdin, raw, redraws = false }: Session): Promise<void> {
  const { stdin: input, stdout, stderr, interrupted } = kubectl.ports;
  const restore = raw ? input.raw() : () => {};
  try {
    await runRemotely(kubectl, {
      ...process,
      tty: raw,
      stdin: stdin ? input.bytes() : undefined,
      out(data) {
        stdout.write(data);
        return stdout.room();
      },
      error: raw ? undefined : (data) => stderr.write(data),
      watchSize: raw ? (resize) => watchSize(kubectl, resize, redraws) : undefined,
    });
  } catch (error) {
    // A terminal that is read is given back first; where none is, the signal alone ends the command.
    throw interrupted.aborted && stdin && input.isTerminal ? new Exit(1) : error;
  } finally {
    restore();
  }
}

function watchSize({ ports: { stdout } }: Kubectl, resize: (columns: number, rows: number) => void, redraws: boolean): () => void {
  const first = stdout.size();
  if (first && redraws) resize(first.columns + 1, first.rows + 1);
  if (first) resize(first.columns, first.rows);
  return stdout.onResize(() => {
    const size = stdout.size();
    if (size) resize(size.columns, size.rows);
  });
}
