// Requests and WebSockets through proxies: which way they take, who is asked as whom, and what a proxy that refuses is quoted with.
import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { HttpTransport, type TransportOptions } from '../../../src/kube/client/http-transport.ts';
import { textOf } from '../../../src/kube/client/transport.ts';
import { unreachable } from '../../../src/kubectl/client/unreachable.ts';
import { failureText } from '../../../src/kubectl/failures.ts';
import { createPki } from '../../../src/sim/apiserver/authentication/pki.ts';

const open: (Server | TcpServer)[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function listening<S extends Server | TcpServer>(server: S): Promise<{ readonly server: S; readonly port: number }> {
  open.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const answering = (request: IncomingMessage, response: { end: (text: string) => void }): void =>
  response.end(`${request.method} ${request.url} ${request.headers.host}`);

/** An API server behind a name that only the proxy knows. */
async function apiServer(): Promise<{ readonly port: number; readonly options: Partial<TransportOptions> }> {
  const pki = await createPki(performance.timeOrigin);
  const server = createHttps({ cert: pki.server.certificate, key: pki.server.key }, answering);
  const webSockets = new WebSocketServer({ server, handleProtocols: () => 'v5.channel.k8s.io' });
  webSockets.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
  const { port } = await listening(server);
  return { port, options: { server: 'https://kubernetes:6443', ca: pki.ca.certificate } };
}

/** Every tunnel leads to `port`, whatever name it asks for. */
async function connectProxy(port: number, status = '200 OK'): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    response.end('from the proxy');
  });
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
    if (!status.startsWith('200')) return void socket.end();
    const onward = connect(port, '127.0.0.1');
    sockets.add(onward);
    socket.pipe(onward).pipe(socket);
  });
  return { port: (await listening(proxy)).port, asked };
}

/** SOCKS5 with a password; bytes are read as they are asked for. */
async function socksProxy(port: number, reply = 0): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createTcp((socket) => {
    const steps = [
      (bytes: Buffer) => (asked.push(`methods ${bytes.subarray(2).toString('hex')}`), Buffer.from([5, 2])),
      (bytes: Buffer) => (
        asked.push(
          bytes
            .subarray(1)
            .toString('latin1')
            .replace(/[^ -~]/g, ' ')
            .trim(),
        ),
        Buffer.from([1, 0])
      ),
      (bytes: Buffer) => (
        asked.push(`${bytes.subarray(5, -2).toString()}:${bytes.readUInt16BE(bytes.length - 2)}`),
        Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0])
      ),
    ];
    socket.on('data', function step(bytes: Buffer) {
      socket.write(steps.shift()?.(bytes) ?? '');
      if (steps.length) return;
      socket.off('data', step);
      const onward = connect(port, '127.0.0.1');
      sockets.add(onward);
      socket.pipe(onward).pipe(socket);
    });
  });
  return { port: (await listening(proxy)).port, asked };
}

const get = async (options: Partial<TransportOptions>): Promise<string> => {
  const transport = new HttpTransport({ server: '', ...options });
  try {
    return await textOf((await transport.send({ method: 'GET', path: '/version', idleTimeoutMs: 0 })).body);
  } finally {
    transport.close();
  }
};
const sentence = async (options: Partial<TransportOptions>): Promise<string> => {
  const failure = await get(options).catch((error: unknown) => unreachable(error, { server: options.server ?? '', method: 'GET', path: '/version' }));
  return failureText(failure).text;
};

describe('through a proxy', () => {
  test('a request over TLS goes through a tunnel, with the password of the proxy for the proxy alone', async () => {
    const api = await apiServer();
    const proxy = await connectProxy(api.port);
    expect(await get({ ...api.options, proxy: `http://me:p%40ss@127.0.0.1:${proxy.port}` })).toBe('GET /version kubernetes:6443');
    expect(proxy.asked).toEqual([`CONNECT kubernetes:6443 Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  });

  test('so do WebSockets', async () => {
    const api = await apiServer();
    const proxy = await connectProxy(api.port);
    const transport = new HttpTransport({ server: '', ...api.options, proxy: `http://127.0.0.1:${proxy.port}` });
    const channel = await transport.connect({ path: '/exec', protocols: ['v5.channel.k8s.io'] });
    await channel.send(Buffer.from('echo'));
    for await (const message of channel.messages) {
      expect(Buffer.from(message).toString()).toBe('echo');
      break;
    }
    channel.close();
    transport.close();
    expect(proxy.asked).toEqual(['CONNECT kubernetes:6443 ']);
  });

  test('a plain request is handed to the proxy whole', async () => {
    const proxy = await connectProxy(0);
    expect(await get({ server: 'http://api.example', proxy: `http://127.0.0.1:${proxy.port}` })).toBe('from the proxy');
    expect(proxy.asked).toEqual(['GET http://api.example/version ']);
  });

  test('SOCKS5 with a password looks up the name itself', async () => {
    const api = await apiServer();
    const proxy = await socksProxy(api.port);
    expect(await get({ ...api.options, proxy: `socks5://me:secret@127.0.0.1:${proxy.port}` })).toBe('GET /version kubernetes:6443');
    expect(proxy.asked).toEqual(['methods 0002', 'me secret', 'kubernetes:6443']);
  });

  test('what the proxy says stands as it is', async () => {
    const proxy = await connectProxy(0, '403 Not From Here');
    expect(await sentence({ server: 'https://api.example', proxy: `http://127.0.0.1:${proxy.port}` })).toBe('Unable to connect to the server: Not From Here');
    const socks = await socksProxy(0, 2);
    expect(await sentence({ server: 'https://api.example', proxy: `socks5://me:secret@127.0.0.1:${socks.port}` })).toBe(
      `Unable to connect to the server: socks connect tcp 127.0.0.1:${socks.port}->api.example:443: unknown error connection not allowed by ruleset`,
    );
  });

  test('a proxy that is not there is told as if the server were not', async () => {
    const { port, server } = await listening(createHttp());
    await new Promise((closed) => server.close(closed));
    expect(await sentence({ server: 'https://api.example:6443', proxy: `http://127.0.0.1:${port}` })).toBe(
      'The connection to the server api.example:6443 was refused - did you specify the right host or port?',
    );
  });
});
