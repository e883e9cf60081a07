// Commands over SSH: one connection for all of them, made when it is first needed and again after it broke.
import { constants } from 'node:os';
import type { Client, ClientCallback, ClientChannel } from 'ssh2';
import { AppError, messageOf } from '../../errors/app-error.ts';
import type { RunningCommand, Transport } from '../shell/transport.ts';
import { connect, type Connection, type ConnectServices } from './connect.ts';
import { connectionLost, sessionRefused } from './ssh-errors.ts';
import type { SshSettings } from './ssh-settings.ts';
import { handOver, openSession, type Terminal } from './terminal.ts';
import { Turns } from './turns.ts';

/**
 * sshd allows ten sessions of one connection (MaxSessions), and counts one that has just closed until it comes round to it: as many may be
 * closing as are open, and two are left for ending others.
 */
const SESSIONS = 4;

export interface SshTransportOptions extends ConnectServices {
  readonly settings: SshSettings;
  readonly terminal: Terminal;
}

interface OpenSession {
  readonly channel: ClientChannel;
  /** Its exit code; rejects with CONNECTION_LOST. */
  readonly ended: Promise<number>;
}

export class SshTransport implements Transport {
  readonly #options: SshTransportOptions;
  readonly #turns = new Turns(SESSIONS);
  #connecting: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(options: SshTransportOptions) {
    this.#options = options;
  }

  async start(commandLine: string, { urgent = false }: { readonly urgent?: boolean } = {}): Promise<RunningCommand> {
    const { channel, ended } = await this.#open(urgent, (client, opened) => client.exec(commandLine, opened));
    return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, abandon: () => channel.close() };
  }

  async interactive(commandLine?: string): Promise<number> {
    const { terminal } = this.#options;
    const { channel, ended } = await this.#open(false, (client, opened) => openSession(client, terminal, commandLine, opened));
    return handOver(terminal, channel, ended);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connecting?.catch(() => undefined); // one that failed needs no closing
    if (!connection) return;
    connection.close();
    const tooLong = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(1_000, tooLong.resolve);
    await Promise.race([connection.closed, tooLong.promise]);
    timer.cancel();
    connection.client.destroy();
  }

  async #open(urgent: boolean, open: (client: Client, opened: ClientCallback) => void): Promise<OpenSession> {
    const done = urgent ? () => {} : await this.#turns.take();
    try {
      const connection = await this.#connected();
      return await new Promise<OpenSession>((resolve, reject) => {
        const refuse = (error: unknown): void => reject(connection.lost ?? sessionRefused(this.#options.settings, messageOf(error)));
        try {
          open(connection.client, (problem, channel) => {
            if (problem) return refuse(problem);
            // At once: a command that ended already has its exit code in the same packet.
            const ended = this.#ended(connection, channel).finally(done);
            ended.catch(() => {}); // whoever runs it looks at it
            return resolve({ channel, ended });
          });
        } catch (error) {
          refuse(error); // the connection broke just now
        }
      });
    } catch (error) {
      done();
      throw error;
    }
  }

  #connected(): Promise<Connection> {
    if (this.#isClosed)
      return Promise.reject(new AppError({ code: 'HOST_CLOSED', what: `the connection to ${this.#options.settings.address} is closed already` }));
    if (this.#connecting) return this.#connecting;
    const connecting = connect(this.#options.settings, this.#options);
    const forget = (): void => {
      if (this.#connecting === connecting) this.#connecting = undefined;
    };
    connecting.then(({ closed }) => closed.then(forget), forget);
    this.#connecting = connecting;
    return connecting;
  }

  #ended(connection: Connection, channel: ClientChannel): Promise<number> {
    const { settings } = this.#options;
    return new Promise((resolve, reject) => {
      let exitCode: number | undefined;
      channel.on('exit', (code: number | null, signal?: string) => {
        exitCode = code ?? 128 + (constants.signals[`SIG${signal?.replace('SIG', '')}` as NodeJS.Signals] ?? 0);
      });
      const errorsEnded = new Promise<void>((done) => channel.stderr.once('end', done).once('close', done));
      channel.on('close', () => {
        void errorsEnded.then(() => {
          if (exitCode !== undefined) resolve(exitCode);
          else reject(connection.lost ?? connectionLost(settings, 'the host closed the session and did not say how the command ended'));
        });
      });
    });
  }
}
