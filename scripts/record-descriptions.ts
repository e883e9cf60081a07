// Records what a real kubectl says of objects of a real cluster, with the answers that ours gets when it is asked the same: `record-descriptions.ts KUBECONFIG KUBECTL OUT < commands`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf, type Transport } from '../src/kube/client/transport.ts';
import { localMachine } from '../src/kubectl/local-machine.ts';
import { runKubectl } from '../src/kubectl/run.ts';
import { wallClock } from '../src/platform/clock.ts';

const [kubeconfig = '', kubectl = '', out = ''] = process.argv.slice(2);
const commands = readFileSync(0, 'utf8').split('\n').filter(Boolean);
process.env['KUBECONFIG'] = kubeconfig;
process.env['TZ'] = 'UTC';
const answers: Record<string, { status: number; body: string }> = {};
const cache = mkdtempSync(join(tmpdir(), 'descriptions-'));

const recorded = (transport: Transport): Transport => ({
  server: transport.server,
  async send(request) {
    const answer = await transport.send(request);
    const body = await textOf(answer.body);
    answers[request.path] = { status: answer.status, body };
    return {
      ...answer,
      body: (async function* () {
        yield Buffer.from(body);
      })(),
    };
  },
  connect: (request) => transport.connect(request),
  close: () => transport.close(),
});

const now = Date.now();
const cases: { command: string; stdout: string }[] = [];
for (const command of commands) {
  const words = command.split(' ');
  let stdout = '';
  const ports = localMachine({ env: process.env, clock: wallClock, process, interrupted: new AbortController().signal, foreground: (task) => task() });
  const stream = {
    isTerminal: false,
    size: () => undefined,
    onResize: () => () => undefined,
    room: () => undefined,
    write: (data: string | Uint8Array) => void (stdout += Buffer.from(data).toString()),
  };
  const openTransport = async (options: Parameters<typeof ports.openTransport>[0]) => recorded(await ports.openTransport(options));
  await runKubectl([...words, '--cache-dir', cache], { ...ports, clock: { ...wallClock, now: () => now }, stdout: stream, openTransport });
  const real = execFileSync(kubectl, words, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] });
  // Ages go on while the other one is asked; everything else has to be the same.
  const ageless = (text: string): string => text.replaceAll(/\b(\d+[smhd])+\b/g, 'AGE').replaceAll(/ {2,}|-{3,}/g, '  ');
  if (ageless(real) !== ageless(stdout)) throw new Error(`${command}: they differ`);
  cases.push({ command, stdout });
}
writeFileSync(out, `${JSON.stringify({ now, answers, cases }, undefined, 1)}\n`);
