// How long, how large, how many at a time: what the server does with clients that take their time or ask for too much. Texts are those of a real 1.35 server.
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpsServer, type HttpsServer } from '../../../fixtures/https-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const LEVELS = '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations';
const SCHEMAS = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
const TIMED_OUT =
  '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n';

let server: HttpsServer;
let session: ClientHttp2Session;
beforeAll(async () => {
  server = await httpsServer({ headersTimeoutMs: 200 });
  session = http2.connect(server.url, server.credentials);
});
afterAll(async () => {
  session.destroy();
  await server.close();
});

/** A request whose body never ends. */
function unfinished(path: string, headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json', ...headers });
  stream.on('error', () => {});
  stream.write('{"metadata":');
  return stream;
}
interface Answered {
  readonly code: number;
  readonly type: unknown;
  readonly retryAfter: unknown;
  readonly text: string;
}
function answerOf(stream: ClientHttp2Stream): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let text = '';
    let [code, type, retryAfter]: [number, unknown, unknown] = [0, '', ''];
    stream.on('response', (headers) => {
      [code, type, retryAfter] = [headers[':status'] ?? 0, headers['content-type'], headers['retry-after']];
    });
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => resolve({ code, type, retryAfter, text }));
    stream.on('error', reject);
  });
}

/** Everything that comes back over HTTP/1.1 until the server hangs up. */
function raw(text: string, { url, credentials }: HttpsServer = server): Promise<string> {
  return new Promise((resolve) => {
    const socket = tls.connect({ ...credentials, host: url.hostname, port: Number(url.port), ALPNProtocols: ['http/1.1'] }, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('time', () => {
  it('ends a request whose body does not come in the time that its client gave it', async () => {
    const answer = await answerOf(unfinished(`${MAPS}?timeout=50ms`));
    expect(answer).toEqual({ code: 504, type: 'text/plain; charset=utf-8', retryAfter: undefined, text: TIMED_OUT });
  });

  it('gives a whole minute to who asks for more, or for none', async () => {
    for (const timeout of ['0s', '2h', '-1s']) expect((await server.admin(`${MAPS}?timeout=${timeout}`)).code).toBe(200);
  });

  it('hangs up on headers and handshakes that do not come', async () => {
    expect(await raw('GET /version HTTP/1.1\r\nHost: a\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408 Request Timeout/);
  });
});

describe('many', () => {
  it('serves a thousand connections at once', async () => {
    // One that has patience: a thousand handshakes take a while.
    const patient = await httpsServer();
    const answers = Array.from({ length: 1000 }, () => raw('GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', patient));
    const codes = (await Promise.all(answers)).map((answer) => answer.slice(0, 12));
    await patient.close();
    expect(new Set(codes)).toEqual(new Set(['HTTP/1.1 200']));
  }, 30_000);
});

describe('size', () => {
  const header = (bytes: number): string => `GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-A: ${'a'.repeat(bytes)}\r\n\r\n`;
  it('takes headers up to a mebibyte', async () => {
    expect(await raw(header(500_000))).toMatch(/^HTTP\/1.1 200 OK/);
    expect(await raw(header(1_100_000))).toMatch(/^HTTP\/1.1 431 Request Header Fields Too Large/);
    expect((await server.admin(`/version?${'a'.repeat(50_000)}`)).code).toBe(200);
  });

  it('refuses what is no HTTP', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request/);
  });
});

describe('priority and fairness', () => {
  const level = async (name: string, limited: object): Promise<void> => {
    const reply = await server.admin(LEVELS, { method: 'POST', body: JSON.stringify({ metadata: { name }, spec: { type: 'Limited', limited } }) });
    expect(reply.code).toBe(201);
    const rules = [
      {
        subjects: [{ kind: 'User', user: { name: 'kubernetes-admin' } }],
        resourceRules: [{ verbs: ['*'], apiGroups: [''], resources: ['configmaps'], namespaces: [name] }],
      },
    ];
    const spec = { priorityLevelConfiguration: { name }, matchingPrecedence: 5, distinguisherMethod: { type: 'ByUser' }, rules };
    expect((await server.admin(SCHEMAS, { method: 'POST', body: JSON.stringify({ metadata: { name }, spec }) })).code).toBe(201);
    expect((await server.admin('/api/v1/namespaces', { method: 'POST', body: JSON.stringify({ metadata: { name } }) })).code).toBe(201);
  };
  const executing = (name: string): number => server.api.flowControl.levels.get(name)?.executing ?? -1;
  const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;
  /** Takes all seats but for those that are left. */
  const fill = async (name: string): Promise<ClientHttp2Stream[]> => {
    await server.admin(maps(name));
    const { seats } = server.api.flowControl.levels.get(name) ?? { seats: 0 };
    const streams = Array.from({ length: seats }, () => unfinished(maps(name)));
    // Requests of one connection are seen in their order.
    await answerOf(session.request({ ':path': '/version' }));
    expect(executing(name)).toBe(seats);
    return streams;
  };
  const finish = async (streams: readonly ClientHttp2Stream[]): Promise<number[]> => {
    const codes = Promise.all(streams.map(async (stream) => (await answerOf(stream)).code));
    for (const [i, stream] of streams.entries()) stream.end(`{"name":"made-${i}"}}`);
    return codes;
  };

  it('turns away what finds no seat where nobody may wait', async () => {
    await level('rejects', { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } });
    const held = await fill('rejects');
    const refused = await server.admin(maps('rejects'));
    expect([refused.code, refused.body.toString(), refused.headers['retry-after'], refused.headers['content-type']]).toEqual([
      429,
      'Too many requests, please try again later.\n',
      '1',
      'text/plain; charset=utf-8',
    ]);
    expect(refused.headers['x-content-type-options']).toBe('nosniff');
    expect(refused.headers['x-kubernetes-pf-prioritylevel-uid']).toBe(server.api.flowControl.levels.get('rejects')?.uid);
    // Other levels have seats of their own.
    expect((await server.admin('/api/v1/nodes')).code).toBe(200);
    expect(await finish(held)).toEqual(held.map(() => 201));
    expect(executing('rejects')).toBe(0);
    expect((await server.admin(maps('rejects'))).code).toBe(200);
  });

  it('lets a few wait until there are seats again', async () => {
    await level('queues', { nominalConcurrencyShares: 1, limitResponse: { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 2 } } });
    const held = await fill('queues');
    const waiting = [1, 2].map(() => answerOf(session.request({ ':path': maps('queues') })));
    expect((await answerOf(session.request({ ':path': maps('queues') }))).code).toBe(429);
    expect(await finish(held)).toEqual(held.map(() => 201));
    expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual([200, 200]);
    expect(executing('queues')).toBe(0);
  });

  it('waits no longer than a quarter of the time a request has', async () => {
    await level('patience', { nominalConcurrencyShares: 1, limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 2, queueLengthLimit: 2 } } });
    const held = await fill('patience');
    expect((await server.admin(`${maps('patience')}?timeout=200ms`)).code).toBe(429);
    for (const stream of held) stream.destroy();
  });

  it('gives seats back when clients go away', async () => {
    await level('leaving', { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } });
    const held = await fill('leaving');
    await Promise.all(
      held.map((stream) => {
        const closed = new Promise((resolve) => stream.on('close', resolve));
        stream.close(http2.constants.NGHTTP2_CANCEL);
        return closed;
      }),
    );
    await answerOf(session.request({ ':path': '/version' }));
    expect(executing('leaving')).toBe(0);
  });
});
