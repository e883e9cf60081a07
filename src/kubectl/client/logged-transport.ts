// What `-v=6` to `-v=9` show of each request: URL and time, headers, bodies. Models kubernetes/staging/src/k8s.io/client-go/transport/round_trippers.go
import { textOf, type Transport, type WireAnswer, type WireChannel, type WireRequest } from '../../kube/client/transport.ts';
import type { Ports } from '../ports.ts';
import { goQuote } from '../go-quote.ts';
import { klogLine } from '../klog.ts';

interface Means {
  readonly level: number;
  readonly ports: Pick<Ports, 'stderr' | 'clock' | 'processId'>;
}

const REQUESTS = 6;
const HEADERS = 7;
const ANSWER_HEADERS = 8;
const WHOLE_BODIES = 10;
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
/** Characters of a body that are shown at 8 and at 9. */
const SHOWN: Readonly<Record<number, number>> = { 8: 1024, 9: 10_240 };

export class LoggedTransport implements Transport {
  readonly #inner: Transport;
  readonly #means: Means;

  constructor(inner: Transport, means: Means) {
    this.#inner = inner;
    this.#means = means;
  }

  get server(): string {
    return this.#inner.server;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    const { level } = this.#means;
    const url = `${this.server}${request.path}`;
    if (level >= ANSWER_HEADERS && request.body !== undefined) this.#log(`"Request Body" body=${goQuote(this.#shown(textOfBody(request.body)))}`);
    if (level >= HEADERS) this.#log(`"Request" verb=${goQuote(request.method)} url=${goQuote(url)}${headersBlock(request.headers ?? {})}`);
    const startedAt = this.#means.ports.clock.now();
    let answer: WireAnswer;
    try {
      answer = await this.#inner.send(request);
    } catch (error) {
      this.#respond(request, url, '', startedAt);
      throw error;
    }
    this.#respond(request, url, `${answer.status} ${answer.statusText}`, startedAt, level >= ANSWER_HEADERS ? answer.headers : undefined);
    if (level < ANSWER_HEADERS || request.idleTimeoutMs === undefined) return answer;
    const text = await textOf(answer.body);
    this.#log(`"Response Body" body=${goQuote(this.#shown(text))}`);
    return { ...answer, body: once(Buffer.from(text)) };
  }

  async connect(request: Parameters<Transport['connect']>[0]): Promise<WireChannel> {
    const url = `${this.server}${request.path}`;
    const startedAt = this.#means.ports.clock.now();
    const channel = await this.#inner.connect(request);
    this.#respond({ method: 'GET' }, url, '101 Switching Protocols', startedAt);
    return channel;
  }

  close(): void {
    this.#inner.close();
  }

  #respond({ method }: Pick<WireRequest, 'method'>, url: string, status: string, startedAt: number, headers?: WireAnswer['headers']): void {
    if (this.#means.level < REQUESTS) return;
    const ms = Math.round(this.#means.ports.clock.now() - startedAt);
    const tail = headers ? headersBlock(headers) : '';
    this.#log(`"Response" verb=${goQuote(method)} url=${goQuote(url)} status=${goQuote(status)}${tail} milliseconds=${ms}`);
  }

  #shown(text: string): string {
    const most = this.#means.level >= WHOLE_BODIES ? Number.POSITIVE_INFINITY : (SHOWN[this.#means.level] ?? Number.POSITIVE_INFINITY);
    return text.length <= most ? text : `${text.slice(0, most)} [truncated ${text.length - most} chars]`;
  }

  #log(message: string): void {
    this.#means.ports.stderr.write(klogLine('I', 'round_trippers.go:632', message, this.#means.ports));
  }
}

const textOfBody = (body: string | Uint8Array): string => (typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function headersBlock(headers: WireAnswer['headers']): string {
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => {
      const shown = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
      return (typeof value === 'string' ? [value] : (value ?? [])).map((each) => `\t${shown}: ${SECRET_HEADERS.has(name.toLowerCase()) ? '<masked>' : each}`);
    });
  return ` headers=<\n${lines.join('\n')}\n >`;
}
