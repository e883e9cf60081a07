// The load generator beside the repository, in Go: it costs the server's processor less than one in Node would. Built where it is asked for.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, run } from './measure.ts';
import { ORACLE, type Server } from './servers.ts';

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000, m: 60_000 };
/** `1m2.5s` as Go prints it. */
const parseMs = (text: string): number =>
  [...text.matchAll(/([\d.]+)(ns|µs|ms|s|m)/g)].reduce((sum, [, value, unit = '']) => sum + Number(value) * (UNITS[unit] ?? Number.NaN), 0);

export class Generator {
  readonly #program: string;

  private constructor(program: string) {
    this.#program = program;
  }

  /** A sentence that says what is missing, where it cannot be built. */
  static build(folder: string): Generator | string {
    const source = join(ORACLE, 'bench');
    if (!existsSync(join(source, 'main.go'))) return `no load generator in ${source}; CKADET_ORACLE names another folder`;
    if (!isInstalled('go')) return 'go is not installed, which builds the load generator';
    if (!isInstalled('kubectl')) return 'kubectl is not installed, by which the load generator reads kubeconfigs';
    const program = join(folder, 'load');
    const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], { cwd: source, encoding: 'utf8' });
    return status === 0 ? new Generator(program) : `go build failed: ${stderr}`;
  }

  run({ kubeconfig }: Server, mode: string, options: Readonly<Record<string, string | number>>, connections: 'one' | 'many' = 'one'): Promise<string> {
    const flags = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]);
    return run(this.#program, ['-kubeconfig', kubeconfig, ...(connections === 'many' ? ['-http1'] : []), mode, ...flags], {});
  }

  async rate(server: Server, mode: string, options: Readonly<Record<string, string | number>>, connections: 'one' | 'many' = 'one'): Promise<Rate> {
    const text = await this.run(server, mode, options, connections);
    // Its namespaces are to be gone before they are made anew.
    if (mode !== 'get') await run('kubectl', ['--kubeconfig', server.kubeconfig, 'delete', 'namespace', `bench-${mode}`, '--ignore-not-found'], {});
    const [, perSecond] = /([\d.]+) (?:req|events)\/s/.exec(text) ?? [];
    const [, p50 = '', p99 = ''] = /p50 (\S+) p90 \S+ p99 (\S+)/.exec(text) ?? [];
    if (perSecond === undefined) throw new Error(`the load generator printed: ${text}`);
    return { perSecond: Number(perSecond), p50Ms: parseMs(p50), p99Ms: parseMs(p99) };
  }
}
