// A load generator over HTTP/2 for any API server, by its kubeconfig.
import http2, { type ClientHttp2Session } from 'node:http2';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { median } from './measure.ts';

export type Load =
  | { readonly kind: 'get'; readonly path: string; readonly requests: number; readonly concurrency: number }
  | { readonly kind: 'create'; readonly requests: number; readonly concurrency: number };
export interface Loaded {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

interface File {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

function connect(kubeconfig: string): ClientHttp2Session {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as File;
  const pem = (from: Readonly<Record<string, string>>, key: string): Buffer => Buffer.from(from[key] ?? '', 'base64');
  return http2.connect(clusters[0].cluster['server'] ?? '', {
    ca: pem(clusters[0].cluster, 'certificate-authority-data'),
    cert: pem(users[0].user, 'client-certificate-data'),
    key: pem(users[0].user, 'client-key-data'),
  });
}

function request(session: ClientHttp2Session, method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path, ...(body ? { 'content-type': 'application/json' } : {}) });
    let status = 0;
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('error', reject);
    stream.on('data', () => {});
    stream.on('end', () => resolve(status));
    stream.end(body);
  });
}

const NAMESPACE = 'bench-load';

export async function load(kubeconfig: string, what: Load): Promise<Loaded> {
  const session = connect(kubeconfig);
  const collection = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  if (what.kind === 'create') await request(session, 'POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: NAMESPACE } }));
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < what.requests) {
      const number = next++;
      const start = performance.now();
      const status =
        what.kind === 'get'
          ? await request(session, 'GET', what.path)
          : await request(session, 'POST', collection, JSON.stringify({ metadata: { name: `load-${number}` }, data: { key: 'value' } }));
      if (status >= 300) throw new Error(`answered with ${status}`);
      times.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: what.concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  if (what.kind === 'create') await request(session, 'DELETE', `/api/v1/namespaces/${NAMESPACE}`);
  session.close();
  return { perSecond: what.requests / seconds, p50: median(times), p99: [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN };
}
