// One connection to one host, through its jump hosts: reached, its key checked, logged in.
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Algorithms, Client } from 'ssh2';
import { type AppError, messageOf } from '../../errors/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Asker } from '../asker.ts';
import { Authentication } from './authentication.ts';
import { askAboutKey, checkHostKey, preferredAlgorithms, rememberKey, type ShownKey, shownKey } from './host-keys.ts';
import type { Identities, Identity } from './identities.ts';
import { connectionLost, connectTimeout, notAuthenticated, unreachable } from './ssh-errors.ts';
import type { SshSettings } from './ssh-settings.ts';

export interface ConnectServices {
  readonly clock: Clock;
  readonly asker: Asker;
  readonly identities: Identities;
}

export interface Connection {
  readonly client: Client;
  /** Why it is no more; undefined while it stands. */
  lost: AppError | undefined;
  /** Resolves when it is gone, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Rejects with HOST_UNREACHABLE, SSH_AUTHENTICATION, HOST_KEY_CHANGED or HOST_KEY_UNKNOWN. */
export async function connect(settings: SshSettings, services: ConnectServices): Promise<Connection> {
  let trusted: ShownKey | undefined;
  for (;;) {
    const outcome = await attempt(settings, services, trusted);
    if (!('ask' in outcome)) return outcome;
    await askAboutKey(settings, outcome.ask, services.asker);
    trusted = outcome.ask;
  }
}

/** `ask`: the key is not known, and the connection was closed so that there is time to ask. */
async function attempt(settings: SshSettings, services: ConnectServices, trusted: ShownKey | undefined): Promise<Connection | { readonly ask: ShownKey }> {
  // Before the way is open: what the host does at once must not come before anybody listens.
  const login = await prepareLogin(settings, services, trusted);
  const way = await openWay(settings, services);
  try {
    const outcome = await login(way.socket);
    if ('ask' in outcome) {
      way.close();
      return outcome;
    }
    void outcome.closed.then(way.close);
    return outcome;
  } catch (error) {
    way.close();
    throw error;
  }
}

interface Way {
  readonly socket: Duplex;
  /** Also the connections it goes through. */
  close(): void;
}

async function openWay(settings: SshSettings, services: ConnectServices): Promise<Way> {
  const jump = settings.jumps.at(-1);
  if (!jump) return openSocket(settings, services.clock);
  const before = await connect({ ...jump, jumps: settings.jumps.slice(0, -1) }, services);
  try {
    const socket = await new Promise<Duplex>((resolve, reject) => {
      const timer = services.clock.after(settings.connectTimeoutMs, () => reject(connectTimeout(settings)));
      before.client.forwardOut('127.0.0.1', 0, settings.address, settings.port, (error, channel) => {
        timer.cancel();
        if (error) reject(unreachable(settings, new Error(`${jump.address} says: ${messageOf(error)}`)));
        else resolve(channel);
      });
    });
    return { socket, close: before.close };
  } catch (error) {
    before.close();
    throw error;
  }
}

async function openSocket(settings: SshSettings, clock: Clock): Promise<Way> {
  const socket = connectSocket({ host: settings.address, port: settings.port, noDelay: true });
  const late = new AbortController();
  const timer = clock.after(settings.connectTimeoutMs, () => late.abort());
  try {
    await once(socket, 'connect', { signal: late.signal });
  } catch (error) {
    socket.destroy();
    throw late.signal.aborted ? connectTimeout(settings) : unreachable(settings, error);
  } finally {
    timer.cancel();
  }
  return { socket, close: () => socket.destroy() };
}

type Login = (socket: Duplex) => Promise<Connection | { readonly ask: ShownKey }>;

async function prepareLogin(settings: SshSettings, { clock, asker, identities }: ConnectServices, trusted: ShownKey | undefined): Promise<Login> {
  const { Client } = (await import('ssh2')).default;
  const candidates = await identities.candidates({
    files: settings.identities,
    filesNamed: settings.identitiesNamed,
    onlyFiles: settings.identitiesOnly,
    agent: settings.agent,
  });
  const algorithms = { serverHostKey: await preferredAlgorithms(settings) };
  return (socket) => logIn(settings, { clock, asker, trusted, client: new Client(), candidates, algorithms }, socket);
}

interface LoginParts extends Pick<ConnectServices, 'clock' | 'asker'> {
  readonly trusted: ShownKey | undefined;
  readonly client: Client;
  readonly candidates: readonly Identity[];
  readonly algorithms: Algorithms;
}

function logIn(
  settings: SshSettings,
  { clock, asker, trusted, client, candidates, algorithms }: LoginParts,
  socket: Duplex,
): Promise<Connection | { readonly ask: ShownKey }> {
  const authentication = new Authentication(settings.user, candidates);
  const closed = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<Connection | { readonly ask: ShownKey }>();
  let phase: 'greeting' | 'authentication' | 'ready' = 'greeting';
  let fresh: ShownKey | undefined;
  let remembered = Promise.resolve();
  let lastError = '';

  const connection: Connection = {
    client,
    lost: undefined,
    closed: closed.promise,
    close() {
      connection.lost ??= connectionLost(settings, 'it was closed here');
      client.end();
    },
  };
  // Only until the host has said who it is: from then on it may have to wait for a passphrase.
  const timer = clock.after(settings.connectTimeoutMs, () => {
    outcome.reject(connectTimeout(settings));
    client.destroy();
  });
  authentication.onFailure = (error) => {
    outcome.reject(error);
    client.end();
  };
  const verify = async (key: ShownKey): Promise<boolean> => {
    const verdict = await checkHostKey(settings, key, asker.interactive || trusted?.base64 === key.base64);
    if (verdict === 'ask' && trusted?.base64 !== key.base64) {
      outcome.resolve({ ask: key });
      return false;
    }
    if (verdict !== 'known') fresh = key;
    return true;
  };

  client.on('handshake', () => {
    if (phase !== 'greeting') return; // keys are exchanged anew from time to time
    phase = 'authentication';
    timer.cancel();
    // Only now has the host proved that the key is its own.
    if (fresh) remembered = rememberKey(settings, fresh);
    remembered.catch(outcome.reject);
  });
  client.on('ready', () => {
    phase = 'ready';
    remembered.then(() => outcome.resolve(connection), outcome.reject);
  });
  client.on('end', () => client.destroy());
  client.on('error', (error) => {
    if (error.level === 'agent') return; // the next identity is tried
    lastError = messageOf(error);
    if (phase === 'ready')
      connection.lost ??= connectionLost(settings, error.level === 'client-timeout' ? 'the host stopped answering' : `the host closed it (${lastError})`);
    else if (phase === 'authentication')
      outcome.reject(notAuthenticated(settings, authentication, error.level === 'client-authentication' ? undefined : lastError));
    else outcome.reject(unreachable(settings, error));
  });
  client.on('close', () => {
    timer.cancel();
    connection.lost ??= connectionLost(settings, lastError || 'the host closed it');
    if (phase === 'authentication') outcome.reject(notAuthenticated(settings, authentication, lastError || 'it closed the connection'));
    else outcome.reject(unreachable(settings, new Error(lastError || 'it closed the connection before the keys were exchanged')));
    closed.resolve();
  });
  client.connect({
    sock: socket,
    username: settings.user,
    readyTimeout: 0,
    keepaliveInterval: settings.keepaliveMs,
    keepaliveCountMax: settings.keepaliveCount,
    algorithms,
    authHandler: authentication.handler,
    hostVerifier: (key: Buffer, tell: (isRight: boolean) => void) => {
      verify(shownKey(key)).then(tell, (error: unknown) => {
        outcome.reject(error);
        tell(false);
      });
    },
  });
  return outcome.promise;
}
