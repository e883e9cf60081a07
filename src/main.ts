#!/usr/bin/env node
// The composition root: puts the rooms together, answers signals, and is the only place that exits the process.
// Nothing but node's own modules, and what any Node can run, is imported before it is known that this Node can run the rest.
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const argv = process.argv.slice(2);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) process.exit(await runWithNewerNode());
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${ownVersion()}\n`);
  process.exit(0);
}
module.enableCompileCache();
process.exit(await run());

async function run(): Promise<number> {
  const [{ runCli }, { wallClock }, { Interrupts }, { holdProcess }, { hearSignals }] = await Promise.all([
    import('./cli/run.ts'),
    import('./platform/clock.ts'),
    import('./platform/interrupts.ts'),
    import('./platform/process-hold.ts'),
    import('./platform/handed-over.ts'),
  ]);
  const self = [process.execPath, fileURLToPath(import.meta.url)] as const;
  const interrupts = new Interrupts(wallClock);
  hearSignals(process, (signal) => {
    if (!interrupts.receive(signal)) process.exit(130);
  });
  // A reader that has seen enough (`| head -1`) and a terminal that was closed end the command quietly, but not halfway through what must not be cut off.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' || code === 'EIO' || code === 'ERR_STREAM_DESTROYED') {
        if (!interrupts.isProtected) process.exit(code === 'EIO' ? 129 : 0);
      } else process.exit(70);
    });
  const kubectl = async (words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
    const [{ runKubectl }, { localMachine }] = await Promise.all([import('./kubectl/run.ts'), import('./kubectl/local-machine.ts')]);
    const machine = { clock: wallClock, process, env, interrupted: interrupts.signal, foreground: <T>(task: () => Promise<T>) => interrupts.foreground(task) };
    return runKubectl(words, localMachine(machine));
  };
  const alive = holdProcess();
  try {
    return await runCli(
      argv,
      {
        version: ownVersion(),
        env: process.env,
        clock: wallClock,
        interrupts,
        self,
        kubectl,
        async simulator(home) {
          const { simulatorProvider } = await import('./sim/provider.ts');
          return simulatorProvider({
            home,
            clock: wallClock,
            env: process.env,
            self,
            connect: async (kubeconfig) => (await import('./cluster/connect.ts')).connectTo(kubeconfig),
          });
        },
        provisioned: async (home) => (await import('./provision/provisioned-clusters.ts')).provisionedClusters(home),
      },
      process,
    );
  } finally {
    await printed(interrupts.signal);
    alive.release();
  }
}

/** Exiting cuts off what a slow reader has not taken yet: it is waited for, unless the person has had enough. */
async function printed(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  const written = [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  await Promise.race([stopped, Promise.all(written)]);
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return version;
}

/** Hands over to the Node that the package's own dependencies bring, or says what is needed. */
async function runWithNewerNode(): Promise<number> {
  const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(bundled)) {
    const { handOver } = await import('./platform/handed-over.ts');
    return handOver(bundled, [fileURLToPath(import.meta.url), ...argv]);
  }
  process.stderr.write(
    `Error: this Node is too old [NODE_TOO_OLD]\n  why   ckadet needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}\n  next  install a newer Node: https://nodejs.org\n`,
  );
  return 4;
}
