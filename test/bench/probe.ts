// Asks for something small again and again over a connection of its own: the longest answer is the longest time in which the server did nothing else.
import http2 from 'node:http2';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'yaml';

interface File {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}
const EVERY_MS = 2;

/** The longest of all answers in milliseconds while `load` runs. */
export async function longestAnswer(kubeconfig: string, path: string, load: () => Promise<unknown>): Promise<number> {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as File;
  const pem = (from: Readonly<Record<string, string>>, key: string): Buffer => Buffer.from(from[key] ?? '', 'base64');
  const session = http2.connect(clusters[0].cluster['server'] ?? '', {
    ca: pem(clusters[0].cluster, 'certificate-authority-data'),
    cert: pem(users[0].user, 'client-certificate-data'),
    key: pem(users[0].user, 'client-key-data'),
  });
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path });
      stream
        .on('error', reject)
        .on('data', () => {})
        .on('end', resolve)
        .end();
    });
  for (let i = 0; i < 100; i++) await ask();
  const over = new AbortController();
  let longest = 0;
  const probing = (async () => {
    while (!over.signal.aborted) {
      const start = performance.now();
      await ask();
      longest = Math.max(longest, performance.now() - start);
      await wait(EVERY_MS);
    }
  })();
  await load();
  over.abort();
  await probing;
  session.close();
  return longest;
}
