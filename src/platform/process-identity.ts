// Which process a pid means: a number alone may belong to another program by now, so its start time goes with it.
import { readFile } from 'node:fs/promises';
import { errnoOf } from './files.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque text that differs between two processes that had the same pid; undefined where the platform does not tell. */
  readonly startedAt?: string;
}

interface Seen {
  readonly startedAt: string;
  readonly running: boolean;
}

/**
 * Field 22 of /proc/PID/stat is the start in clock ticks since boot, field 3 the state, field 20 the number of threads; the name before them may hold anything.
 * A process is over when its last thread is: its first one may be a zombie while others still hold files and ports.
 */
async function seenOnLinux(pid: number): Promise<Seen | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = ''] = fields;
    return { startedAt: fields[19] ?? '', running: !'ZXx'.includes(state) || Number(fields[17]) > 1 };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

async function seenByPs(pid: number): Promise<Seen | undefined> {
  const { execa } = await import('execa');
  const { stdout, exitCode } = await execa('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { reject: false, env: { LC_ALL: 'C' } });
  const line = stdout.trim();
  if (exitCode !== 0 || line === '') return undefined;
  const space = line.indexOf(' ');
  return { startedAt: line.slice(space + 1).trim(), running: !line.startsWith('Z') };
}

const seen = (pid: number): Promise<Seen | undefined> => (process.platform === 'linux' ? seenOnLinux(pid) : seenByPs(pid));

/** The identity of a running process, undefined when there is none of that pid. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const found = await seen(pid);
  return found?.running ? { pid, startedAt: found.startedAt } : undefined;
}

/** Whether exactly that process still runs. */
export async function isAlive({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  const found = await seen(pid);
  return found !== undefined && found.running && (startedAt === undefined || startedAt === found.startedAt);
}

/** Resident memory in bytes, undefined when the process is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined;
      throw error;
    }
  }
  const { execa } = await import('execa');
  const { stdout, exitCode } = await execa('ps', ['-o', 'rss=', '-p', String(pid)], { reject: false });
  return exitCode === 0 && stdout.trim() ? Number(stdout.trim()) * 1024 : undefined;
}
