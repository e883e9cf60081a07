// Gives this process's terminal to a session over there, and takes it back whatever happens.
import type { Client, ClientCallback, ClientChannel, PseudoTtyOptions } from 'ssh2';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Its kind: $TERM. */
  readonly type: string;
}

const sizeOf = ({ output }: Terminal): { readonly rows: number; readonly cols: number } => ({ rows: output.rows || 24, cols: output.columns || 80 });

/** A login shell, or `commandLine`, on a terminal there when there is one here. */
export function openSession(client: Client, terminal: Terminal, commandLine: string | undefined, opened: ClientCallback): void {
  const pty: PseudoTtyOptions | false = terminal.input.isTTY && terminal.output.isTTY ? { ...sizeOf(terminal), term: terminal.type } : false;
  if (commandLine === undefined) client.shell(pty, opened);
  else client.exec(commandLine, pty ? { pty } : {}, opened);
}

/** Everything typed goes there and everything printed comes here until `ended`; resolves with what that resolves with. */
export async function handOver<T>(terminal: Terminal, channel: ClientChannel, ended: Promise<T>): Promise<T> {
  const { input, output, errors } = terminal;
  const onResize = (): void => {
    const { rows, cols } = sizeOf(terminal);
    channel.setWindow(rows, cols, 0, 0);
  };
  const isTerminal = input.isTTY && output.isTTY;
  const wasRaw = input.isRaw;
  try {
    if (isTerminal) input.setRawMode(true);
    output.on('resize', onResize);
    channel.on('error', () => {}); // its end says what happened
    input.pipe(channel);
    channel.pipe(output, { end: false });
    channel.stderr.pipe(errors, { end: false });
    return await ended;
  } finally {
    output.off('resize', onResize);
    input.unpipe(channel);
    input.pause();
    if (isTerminal) input.setRawMode(wasRaw);
  }
}
