// Which server, as whom, in which namespace: the kubeconfig with what the flags say over it. Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/client_config.go
import type { TransportOptions } from '../../kube/client/http-transport.ts';
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import type { GlobalValues } from '../flags/global.ts';
import { loadKubeconfig, textOf, type Entry, type Kubeconfig } from './kubeconfig-files.ts';

type Means = Pick<Ports, 'env' | 'files' | 'home'>;

export interface NamespaceChoice {
  readonly name: string;
  /** Given with --namespace: objects of another one are refused. */
  readonly isExplicit: boolean;
}

/** The server that kubectl calls where nothing names one. */
const NO_SERVER = 'http://localhost:8080';

export class ClientConfig {
  readonly #means: Means;
  readonly flags: GlobalValues;
  #loaded: Promise<Kubeconfig> | undefined;

  constructor(means: Means, flags: GlobalValues) {
    this.#means = means;
    this.flags = flags;
  }

  kubeconfig(): Promise<Kubeconfig> {
    return (this.#loaded ??= loadKubeconfig(this.#means, this.flags.kubeconfig));
  }

  async namespace(): Promise<NamespaceChoice> {
    if (this.flags.namespace) return { name: this.flags.namespace, isExplicit: true };
    const context = this.#context(await this.kubeconfig());
    return { name: textOf(context?.fields['namespace']) || 'default', isExplicit: false };
  }

  /** All that a transport needs, files read. Rejects with kubectl's sentences. */
  async connection(): Promise<TransportOptions> {
    const config = await this.kubeconfig();
    const { flags } = this;
    const context = this.#context(config);
    const cluster = this.#entry(config.clusters, 'cluster', flags.cluster || textOf(context?.fields['cluster']));
    const user = this.#entry(config.users, 'auth info', flags.user || textOf(context?.fields['user']));
    return { ...(await this.#serverOf(cluster)), ...(await this.#credentialsOf(user)), ...impersonation(flags, user?.fields ?? {}) };
  }

  #context(config: Kubeconfig): Entry | undefined {
    const name = this.flags.context || config.currentContext;
    if (!name) return undefined;
    const context = config.contexts.get(name);
    if (!context && this.flags.context) throw new CommandError(`context ${goQuote(name)} does not exist`);
    if (!context) throw new CommandError(`Error in configuration: context was not found for specified context: ${name}`);
    return context;
  }

  #entry(entries: ReadonlyMap<string, Entry>, what: string, name: string): Entry | undefined {
    if (!name) return undefined;
    const entry = entries.get(name);
    if (!entry) throw new CommandError(`${what} ${goQuote(name)} does not exist`);
    return entry;
  }

  async #serverOf(cluster: Entry | undefined): Promise<TransportOptions> {
    const { flags } = this;
    const fields = cluster?.fields ?? {};
    const typed = flags.server || textOf(fields['server']) || NO_SERVER;
    const server = /^https?:\/\//.test(typed) ? typed : `${/:(80|8080)$/.test(typed) || !typed.includes(':') ? 'http' : 'https'}://${typed}`;
    const ca = await this.#pem(cluster, 'certificate-authority', flags['certificate-authority']);
    const name = flags['tls-server-name'] || textOf(fields['tls-server-name']);
    const isInsecure = flags['insecure-skip-tls-verify'] || fields['insecure-skip-tls-verify'] === true;
    if (isInsecure && ca) throw new CommandError('specifying a root certificates file with the insecure flag is not allowed');
    return { server, ...(ca ? { ca } : {}), ...(name ? { tlsServerName: name } : {}), ...(isInsecure ? { insecureSkipTlsVerify: true } : {}) };
  }

  async #credentialsOf(user: Entry | undefined): Promise<Partial<TransportOptions>> {
    const { flags } = this;
    const fields = user?.fields ?? {};
    const username = flags.username || textOf(fields['username']);
    const certificate = await this.#pem(user, 'client-certificate', flags['client-certificate']);
    const key = await this.#pem(user, 'client-key', flags['client-key']);
    const token = flags.token || (await this.#token(user));
    return {
      ...(certificate ? { clientCertificate: certificate } : {}),
      ...(key ? { clientKey: key } : {}),
      ...(token ? { token } : {}),
      ...(username && !token ? { basicAuth: { username, password: flags.password || textOf(fields['password']) } } : {}),
      ...(!token && !certificate && isJsonObject(fields['exec']) ? await this.#execCredential(fields['exec']) : {}),
    };
  }

  /** A flag wins over data in place, data over a file; a relative path starts at its kubeconfig's folder. */
  async #pem(entry: Entry | undefined, field: string, flag: string): Promise<string> {
    const data = textOf(entry?.fields[`${field}-data`]);
    if (!flag && data) return Buffer.from(data, 'base64').toString('utf8');
    const path = flag || this.#resolve(entry, textOf(entry?.fields[field]));
    if (!path) return '';
    return this.#read(path, `unable to read ${field} ${path} for ${entry?.name ?? ''} due to `);
  }

  async #token(user: Entry | undefined): Promise<string> {
    const file = this.#resolve(user, textOf(user?.fields['tokenFile']));
    return file ? (await this.#read(file, '')).trim() : textOf(user?.fields['token']);
  }

  async #execCredential(exec: JsonObject): Promise<Partial<TransportOptions>> {
    const command = textOf(exec['command']);
    throw new CommandError(`getting credentials: exec: executable ${command} failed: credential plugins are not run by ckadet`);
  }

  #resolve(entry: Entry | undefined, path: string): string {
    if (!path || path.startsWith('/') || !entry) return path;
    const slash = entry.file.lastIndexOf('/');
    return slash < 0 ? path : `${entry.file.slice(0, slash)}/${path}`;
  }

  async #read(path: string, prefix: string): Promise<string> {
    try {
      return Buffer.from(await this.#means.files.read(path)).toString('utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : (error as Error).message;
      throw new CommandError(`${prefix}open ${path}: ${why}`);
    }
  }
}

function impersonation(flags: GlobalValues, fields: JsonObject): Partial<TransportOptions> {
  const user = flags.as || textOf(fields['as']);
  const groups = flags['as-group'].length ? flags['as-group'] : Array.isArray(fields['as-groups']) ? (fields['as-groups'] as readonly string[]) : [];
  const uid = flags['as-uid'] || textOf(fields['as-uid']);
  const extra: Record<string, string[]> = {};
  for (const pair of flags['as-user-extra']) {
    const [key = '', ...rest] = pair.split('=');
    (extra[key] ??= []).push(rest.join('='));
  }
  if (!user && !groups.length && !uid && !Object.keys(extra).length) return {};
  if (!user) throw new CommandError('requesting uid, groups or user-extra for <user> without impersonating a user');
  return { impersonate: { user, groups, ...(uid ? { uid } : {}), ...(Object.keys(extra).length ? { extra } : {}) } };
}
