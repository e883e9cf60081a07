// What the benches share: timing commands, reading a process's memory and CPU, printing a table of ratios.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const RUNS = 15;

/** Median milliseconds of some runs of each command, after one that warms the caches; in turns, so that all meet the same noise. */
export function timeCommands(commands: readonly (readonly string[])[], env: Readonly<Record<string, string>>): readonly number[] {
  const times = commands.map((): number[] => []);
  for (let i = 0; i <= RUNS; i++)
    for (const [which, [program = '', ...args]] of commands.entries()) {
      const start = performance.now();
      const { status, stderr } = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
      if (i > 0) times[which]?.push(performance.now() - start);
    }
  return times.map(median);
}

/** A process and all that it started. Linux only: empty elsewhere. */
export function processTree(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc'))
      if (/^\d+$/.test(name)) parents.set(Number(name), Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]));
  } catch {
    return [pid];
  }
  const tree = [pid];
  for (const each of tree) for (const [child, parent] of parents) if (parent === each) tree.push(child);
  return tree;
}

export const residentMiB = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
/** CPU time used so far, in ticks of 10 ms. */
export const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

export function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

export const isInstalled = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Runs a program to its end and gives what it printed. */
export function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program} ${args.join(' ')} ended with ${code}`))));
  });
}
