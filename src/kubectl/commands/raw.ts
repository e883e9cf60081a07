// --raw: a path on the server asked as it stands, with a file as its body. Models kubernetes/staging/src/k8s.io/kubectl/pkg/rawhttp/raw.go
import { textOf } from '../../kube/client/transport.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { fileReason } from '../resources/sentences.ts';
import type { Kubectl } from '../kubectl.ts';

export async function rawGet(path: string, kubectl: Kubectl): Promise<void> {
  const wire = await kubectl.wire();
  const { body } = await wire.ok({ method: 'GET', path, accept: '*/*', stream: true });
  for await (const chunk of body) kubectl.ports.stdout.write(chunk);
}

interface RawWrite {
  readonly raw: string;
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly output: string;
}

/** Throws for what makes no sense beside --raw, for commands that send one file. */
export function checkRawWrite({ raw, filename, recursive, output }: RawWrite, selector = ''): void {
  const [file = '', ...others] = filename;
  if (!file || others.length) throw new CommandError('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(file)) throw new CommandError('--raw cannot read from a url');
  if (recursive) throw new CommandError('--raw and --recursive are mutually exclusive');
  if (selector) throw new CommandError('--raw and --selector (-l) are mutually exclusive');
  if (output) throw new CommandError('--raw and --output are mutually exclusive');
  if (!raw.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(raw))
    throw new CommandError(`--raw must be a valid URL path: parse ${goQuote(raw)}: invalid URI for request`);
}

/** With at most one file, `-` for standard input. */
export async function rawSend(method: string, path: string, files: readonly string[], kubectl: Kubectl): Promise<void> {
  if (!path.startsWith('/')) throw new CommandError(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`);
  const [file, ...others] = files;
  if (others.length) throw new CommandError('--raw can only use a single local file or stdin');
  if (file && /^https?:\/\//.test(file)) throw new CommandError('--raw cannot read from a url');
  const body = file === undefined ? undefined : file === '-' ? await textOf(kubectl.ports.stdin.bytes()) : await readFile(file, kubectl);
  const wire = await kubectl.wire();
  const answer = await wire.ok({ method, path, accept: '*/*', ...(body === undefined ? {} : { body }) });
  for await (const chunk of answer.body) kubectl.ports.stdout.write(chunk);
}

async function readFile(path: string, { ports }: Kubectl): Promise<Uint8Array> {
  try {
    return await ports.files.read(path);
  } catch (error) {
    throw new CommandError(`open ${path}: ${fileReason(error)}`);
  }
}
