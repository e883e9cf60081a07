// Finds and runs the programs of an image: its servers and tools, the base system's utilities and shell, and start scripts that pass on.
import { delay } from '../../platform/clock.ts';
import { ALPINE_UTILITIES, BUSYBOX_UTILITIES, DEBIAN_UTILITIES, type Utility } from './commands/core-utilities.ts';
import { resolve } from './commands/file-utilities.ts';
import type { ProcessIo, SignalTarget } from './commands/process-io.ts';
import { readAll } from './commands/standard-input.ts';
import { type ProgramHost, runShell } from './commands/shell-runner.ts';
import type { BaseSystem, ImageFacts, ServerProgram } from './image-repository.ts';

/** The ports of the pod, which its containers share. */
export interface PodPorts {
  isTaken(port: number): boolean;
  listen(ports: readonly number[], program: ServerProgram): void;
}

const UTILITIES: Readonly<Record<BaseSystem, Readonly<Record<string, Utility>>>> = {
  none: {},
  busybox: BUSYBOX_UTILITIES,
  alpine: ALPINE_UTILITIES,
  debian: DEBIAN_UTILITIES,
};
const SHELLS: Readonly<Record<BaseSystem, readonly string[]>> = { none: [], busybox: ['sh', 'ash'], alpine: ['sh', 'ash'], debian: ['sh', 'bash', 'dash'] };
const PASSES_ON = /^(docker-entrypoint\.sh|docker-php-entrypoint|entrypoint\.sh|tini|dumb-init|go-runner|busybox)$/;
const INFORMS = /^(-t|-v|-V|--version|version|--help|-h|help|-s)$/;
const STOP_MS = 150;
const DEFAULT_READY_MS = 20;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export class ImagePrograms implements ProgramHost {
  readonly #image: ImageFacts;
  readonly #ports: PodPorts;

  constructor(image: ImageFacts, ports: PodPorts) {
    this.#image = image;
    this.#ports = ports;
  }

  run(argv: readonly string[], io: ProcessIo, signals: SignalTarget): Promise<number> | undefined {
    const [path = '', ...args] = argv;
    const name = baseName(path);
    const { servers = {}, tools = {} } = this.#image.repository;
    const server =
      servers[[name, ...args.slice(0, 2)].join(' ')] ??
      servers[[name.replace(/3$/, ''), ...args.slice(0, 2)].join(' ')] ??
      servers[`${name} ${args[0] ?? ''}`] ??
      servers[name];
    if (server) return this.#serve(server, name, args, io, signals);
    if (SHELLS[this.#image.base].includes(name)) return this.#shell(args, io, signals);
    const utility = UTILITIES[this.#image.base][name];
    if (utility) return Promise.resolve().then(() => utility(args, io));
    const tool = tools[name];
    if (tool)
      return Promise.resolve().then(() => {
        for (const line of tool) io.out(`${line}\n`);
        return 0;
      });
    return PASSES_ON.test(name) && this.#hasStartScript(path) ? this.#passOn(name, args, io, signals) : undefined;
  }

  /** A shell that would read what is typed: neither a command nor a script is given. */
  isShellAlone(argv: readonly string[]): boolean {
    const [path = '', ...args] = argv;
    return SHELLS[this.#image.base].includes(baseName(path)) && args.every((arg) => /^-[a-z]*$/.test(arg) && !arg.includes('c'));
  }

  promptFor({ uid, hostname, workingDir }: ProcessIo): string {
    const mark = uid === 0 ? '#' : '$';
    return this.#image.base === 'debian' ? `${uid === 0 ? 'root' : 'I have no name!'}@${hostname}:${workingDir}${mark} ` : `${workingDir} ${mark} `;
  }

  #hasStartScript(path: string): boolean {
    const { entrypoint = [], command = [] } = this.#image.repository;
    return [...entrypoint, ...command].some((each) => baseName(each) === baseName(path)) || this.#image.base === 'busybox';
  }

  /** A start script sets things up, then becomes what it was given. */
  #passOn(name: string, args: readonly string[], io: ProcessIo, signals: SignalTarget): Promise<number> {
    const { command = [], servers = {}, tools = {} } = this.#image.repository;
    const rest = args.filter((arg, i) => !(arg === '--' && i === 0) && !(name === 'go-runner' && arg.startsWith('--log-file')));
    const fallback = Object.keys(servers)[0] ?? Object.keys(tools)[0];
    const wanted = rest[0]?.startsWith('-') || !rest.length ? [...(command.length ? command : fallback ? [fallback] : []).slice(0, 1), ...rest] : rest;
    const run = this.run(wanted, io, signals);
    if (run) return run;
    io.error(`${name}: exec: ${wanted[0] ?? ''}: not found\n`);
    return Promise.resolve(127);
  }

  #shell(args: readonly string[], io: ProcessIo, signals: SignalTarget): Promise<number> {
    const flags = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
    if (flags >= 0) {
      const text = args[flags + 1];
      if (text === undefined) {
        io.error('sh: -c requires an argument\n');
        return Promise.resolve(2);
      }
      const prefix = args.slice(0, flags + 1).some((arg) => /^-[a-z]*e/.test(arg)) ? 'set -e\n' : '';
      return runShell(prefix + text, io, this, signals, args.slice(flags + 2));
    }
    const script = args.find((arg) => !arg.startsWith('-'));
    // Without a script it reads its input, which has ended.
    if (script === undefined) return readAll(io.stdin).then((text) => (text ? runShell(text, io, this, signals) : 0));
    const text = io.files.read(resolve(script, io));
    if (text !== undefined) return runShell(text, io, this, signals, args);
    io.error(`sh: can't open '${script}': No such file or directory\n`);
    return Promise.resolve(2);
  }

  async #serve(server: ServerProgram, name: string, args: readonly string[], io: ProcessIo, signals: SignalTarget): Promise<number> {
    if (args.length && INFORMS.test(args[0] ?? '')) return 0;
    const { needsEnv } = server;
    if (needsEnv && !needsEnv.anyOf.some((key) => io.env.get(key))) {
      io.error(`${needsEnv.complaint}\n`);
      return needsEnv.exitCode;
    }
    const ports = portsOf(server, args);
    const taken = ports.find((port) => this.#ports.isTaken(port));
    if (taken !== undefined) {
      io.error(
        name === 'nginx'
          ? `nginx: [emerg] bind() to 0.0.0.0:${taken} failed (98: Address already in use)\n`
          : `${name}: listen tcp :${taken}: bind: address already in use\n`,
      );
      return 1;
    }
    const ended = Promise.withResolvers<number>();
    const { stopCode } = server;
    if (stopCode !== undefined)
      signals.handler = () => {
        io.clock.after(STOP_MS, () => ended.resolve(stopCode));
      };
    for (const line of server.greeting ?? []) io.out(`${line}\n`);
    await delay(io.clock, server.readyAfterMs ?? DEFAULT_READY_MS, io.killed);
    this.#ports.listen(ports, server);
    // nginx goes to the background unless it is told not to.
    if (name === 'nginx' && !args.join(' ').includes('daemon off')) return 0;
    const onKill = (): void => ended.reject(io.killed.reason as Error);
    if (io.killed.aborted) onKill();
    io.killed.addEventListener('abort', onKill, { once: true });
    return ended.promise;
  }
}

/** A port given on the command line replaces the first of the usual ones. */
function portsOf(server: ServerProgram, args: readonly string[]): readonly number[] {
  const text = args.join(' ');
  const asked =
    /--?(?:port|http-port|listen|listen-address|web\.listen-address|httpPort)[= ](?:[\w.]*:)?(\d{2,5})/.exec(text)?.[1] ??
    /http\.server (\d{2,5})/.exec(text)?.[1];
  return asked ? [Number(asked), ...server.ports.slice(1)] : server.ports;
}
