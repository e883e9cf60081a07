// What a simulated server says over HTTP/1.1 to whoever connects to its port.
import type { ByteDuplex } from '../../kube/streaming/byte-duplex.ts';

export interface Page {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}
export type PageFor = (path: string) => Page;

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found' };
const LARGEST_HEAD = 64 * 1024;

/** Until the client has said everything. */
export async function servePages(connection: ByteDuplex, server: string, pageFor: PageFor, now: () => number): Promise<void> {
  let received = '';
  try {
    for await (const chunk of connection.bytes) {
      received += Buffer.from(chunk).toString('latin1');
      if (received.length > LARGEST_HEAD) break;
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end);
        const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
        if (received.length < end + 4 + length) break;
        received = received.slice(end + 4 + length);
        const [method = '', target = '/'] = (head.split('\r\n')[0] ?? '').split(' ');
        const isLast = /^connection: *close/im.test(head) || (head.split('\r\n')[0] ?? '').endsWith('HTTP/1.0');
        await connection.write(Buffer.from(answer(pageFor(target), { method, server, isLast, now: now() })));
        if (isLast) {
          connection.end();
          return;
        }
      }
    }
    connection.end();
  } catch {
    connection.destroy(); // the client has gone
  }
}

function answer(
  { status, body, contentType = 'text/html' }: Page,
  { method, server, isLast, now }: { readonly method: string; readonly server: string; readonly isLast: boolean; readonly now: number },
): string {
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `Server: ${server}`,
    `Date: ${new Date(now).toUTCString()}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Connection: ${isLast ? 'close' : 'keep-alive'}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`;
}
