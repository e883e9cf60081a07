// Logging in: each identity in turn until the host takes one, and a record of what was tried for when it takes none.
import type { AnyAuthMethod, AuthHandlerMiddleware, AuthenticationType, BaseAgent, NextAuthHandler, ParsedKey } from 'ssh2';
import type { Identity } from './identities.ts';

export interface Attempt {
  readonly label: string;
  readonly outcome: string;
}

export class Authentication {
  readonly tried: Attempt[] = [];
  /** The ways the host offers, once it has said so: `publickey`, `password`. */
  offered: readonly string[] = [];
  /** Told when logging in cannot go on for a reason of its own: a question that was interrupted. */
  onFailure: (error: unknown) => void = () => {};
  readonly #user: string;
  readonly #identities: readonly Identity[];
  #pending: Identity | undefined;
  #next = 0;
  #askedNone = false;

  constructor(user: string, identities: readonly Identity[]) {
    this.#user = user;
    this.#identities = identities;
  }

  readonly handler: AuthHandlerMiddleware = (left: readonly AuthenticationType[] | null, partial, next) => {
    if (left) this.offered = left;
    if (this.#pending) this.tried.push({ label: this.#pending.label, outcome: partial ? 'accepted, but the host asks for more' : 'refused by the host' });
    this.#pending = undefined;
    this.#proceed(next).catch(this.onFailure);
  };

  async #proceed(next: NextAuthHandler): Promise<void> {
    const username = this.#user;
    if (!this.#askedNone) {
      // Tells what the host offers, and lets in where nothing is asked.
      this.#askedNone = true;
      next({ type: 'none', username });
      return;
    }
    while (this.offered.includes('publickey')) {
      const identity = this.#identities[this.#next++];
      if (!identity) break;
      const method = await this.#method(identity);
      if (!method) continue;
      this.#pending = identity;
      next(method);
      return;
    }
    next(false as unknown as AuthenticationType); // gives up; the types do not know it
  }

  async #method(identity: Identity): Promise<AnyAuthMethod | undefined> {
    const username = this.#user;
    if (identity.kind === 'agent') return { type: 'agent', username, agent: await agentOf(identity.agentSocket, identity.key) };
    const file = await identity.load();
    if ('key' in file) return { type: 'publickey', username, key: file.key };
    if (!file.isAbsent || identity.isNamed) this.tried.push({ label: identity.label, outcome: file.flaw });
    return undefined;
  }
}

/** An agent that offers one of its keys only. */
async function agentOf(socket: string, key: ParsedKey): Promise<BaseAgent> {
  const { OpenSSHAgent } = (await import('ssh2')).default;
  class AgentOfOneKey extends OpenSSHAgent {
    override getIdentities(tell: Parameters<InstanceType<typeof OpenSSHAgent>['getIdentities']>[0]): void {
      tell(undefined, [key]);
    }
  }
  return new AgentOfOneKey(socket);
}
