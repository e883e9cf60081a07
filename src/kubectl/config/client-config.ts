// Which server, as whom, in which namespace: the kubeconfig with what the flags say over it. Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/client_config.go
import type { TransportOptions } from '../../kube/client/http-transport.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import type { GlobalValues } from '../flags/global.ts';
import { systemReason } from '../system-reason.ts';
import { listOf, loadKubeconfig, textOf, type Entry, type Kubeconfig, type Section } from './kubeconfig-files.ts';
import { proxyInEnvironment } from '../client/proxies.ts';
import { hasPreferences } from '../kuberc/switch.ts';
import { FILES, withDefaults } from './kubeconfig-schema.ts';
import { absolute, folderOf } from './paths.ts';
import { serverAddress } from './server-address.ts';
import { clusterProblems, noContext, throwInvalid, userProblems, type Merged } from './validation.ts';

type Means = Pick<Ports, 'env' | 'files' | 'home' | 'programs' | 'stdin' | 'stdout' | 'stderr'>;

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
    const config = await this.kubeconfig();
    await this.#confirmUsable(config);
    return { name: textOf(this.#context(config)?.fields['namespace']) || 'default', isExplicit: false };
  }

  /** All that a transport needs, files read. Rejects with kubectl's sentences. */
  async connection(): Promise<TransportOptions> {
    const config = await this.kubeconfig();
    const { flags } = this;
    if (flags.user) this.#require(config.users, 'auth info', flags.user);
    if (flags.context) this.#require(config.contexts, 'context', flags.context);
    if (flags.cluster) this.#require(config.clusters, 'cluster', flags.cluster);
    await this.#confirmUsable(config);
    const cluster = this.#cluster(config);
    const user = this.#user(config);
    const server = serverAddress(textOf(cluster.fields['server']));
    const proxy = textOf(cluster.fields['proxy-url']) || (await proxyInEnvironment(server, this.#means.env));
    const act = { ...impersonation(user.fields), ...(proxy ? { proxy } : {}) };
    // Who one is and whom one talks to counts where it can be kept secret.
    if (!server.startsWith('https:')) return { server, ...act };
    const credentials = await this.#credentialsOf(user, cluster);
    return { server, ...(await this.#tlsOf(cluster)), ...credentials, ...act };
  }

  /** Undefined where none is named, or none is there. */
  #context(config: Kubeconfig): Entry | undefined {
    return config.contexts.get(this.flags.context || config.currentContext);
  }

  #require(entries: ReadonlyMap<string, Entry>, what: string, name: string): void {
    if (!entries.has(name)) throw new CommandError(`${what} ${goQuote(name)} does not exist`);
  }

  async #confirmUsable(config: Kubeconfig): Promise<void> {
    const { files } = this.#means;
    const context = this.flags.context || config.currentContext;
    throwInvalid([
      ...(context && !config.contexts.has(context) ? [noContext(context)] : []),
      ...(await userProblems(this.#user(config), files)),
      ...(await clusterProblems(this.#cluster(config), files)),
    ]);
  }

  /** The user with what flags say: a certificate of theirs takes the place of data in place. */
  #user(config: Kubeconfig): Merged {
    const { flags } = this;
    const name = flags.user || textOf(this.#context(config)?.fields['user']);
    const fields = { ...this.#resolved('users', config.users.get(name)) };
    for (const field of ['token', 'username', 'password'] as const) if (flags[field]) fields[field] = flags[field];
    if (flags.token) delete fields['tokenFile'];
    for (const field of ['client-certificate', 'client-key'] as const)
      if (flags[field]) {
        fields[field] = flags[field];
        delete fields[`${field}-data`];
      }
    if (flags.as) fields['as'] = flags.as;
    if (flags['as-uid']) fields['as-uid'] = flags['as-uid'];
    if (flags['as-group'].length) fields['as-groups'] = flags['as-group'];
    if (flags['as-user-extra'].length) fields['as-user-extra'] = extraOf(flags['as-user-extra']);
    return { name, fields };
  }

  #cluster(config: Kubeconfig): Merged {
    const { flags } = this;
    const name = flags.cluster || textOf(this.#context(config)?.fields['cluster']);
    const entry = config.clusters.get(name);
    // One that is named by a flag and is not there has nothing, not even the server that is the default.
    if (flags.cluster && !entry) return { name, fields: {} };
    const fields = { ...this.#resolved('clusters', entry) };
    fields['server'] = flags.server || textOf(fields['server']) || NO_SERVER;
    const ca = flags['certificate-authority'];
    if (flags['insecure-skip-tls-verify'] || ca) {
      fields['insecure-skip-tls-verify'] = flags['insecure-skip-tls-verify'];
      fields['certificate-authority'] = ca;
      delete fields['certificate-authority-data'];
    }
    if (flags['tls-server-name'] || flags.server) fields['tls-server-name'] = flags['tls-server-name'];
    return { name, fields };
  }

  /** With files named from where the kubeconfig lies. */
  #resolved(section: Section, entry: Entry | undefined): Record<string, JsonValue | undefined> {
    if (!entry) return {};
    const fields: Record<string, JsonValue | undefined> = { ...withDefaults(section, entry.fields) };
    for (const name of FILES[section]) {
      const path = textOf(fields[name]);
      if (path && !path.startsWith('/')) fields[name] = absolute(path, absolute(folderOf(entry.file), this.#means.files.cwd));
    }
    return fields;
  }

  async #tlsOf({ fields }: Merged): Promise<Partial<TransportOptions>> {
    const ca = await this.#pem(fields, 'certificate-authority');
    const name = textOf(fields['tls-server-name']);
    const isInsecure = fields['insecure-skip-tls-verify'] === true;
    if (isInsecure && ca) throw new CommandError('specifying a root certificates file with the insecure flag is not allowed');
    if (ca && !ca.includes('-----BEGIN CERTIFICATE-----')) throw new CommandError('unable to load root certificates: unable to parse bytes as PEM block');
    return { ...(ca ? { ca } : {}), ...(name ? { tlsServerName: name } : {}), ...(isInsecure ? { insecureSkipTlsVerify: true } : {}) };
  }

  async #credentialsOf({ fields }: Merged, cluster: Merged): Promise<Partial<TransportOptions>> {
    const clientCertificate = await this.#pem(fields, 'client-certificate');
    const clientKey = await this.#pem(fields, 'client-key');
    const token = textOf(fields['token']) || (await this.#read(textOf(fields['tokenFile']))).trim();
    const username = textOf(fields['username']);
    const password = textOf(fields['password']);
    if (clientCertificate && !clientCertificate.includes('-----BEGIN ')) throw new CommandError('tls: failed to find any PEM data in certificate input');
    if (clientCertificate && !clientKey.includes('-----BEGIN ')) throw new CommandError('tls: failed to find any PEM data in key input');
    const { exec } = fields;
    const provider = isJsonObject(fields['auth-provider']) ? textOf(fields['auth-provider']['name']) : '';
    if (provider) throw new CommandError(providerProblem(provider));
    if (clientCertificate || token || username || password)
      return {
        ...(clientCertificate ? { clientCertificate, clientKey } : {}),
        ...(token ? { token } : {}),
        ...((username || password) && !token ? { basicAuth: { username, password } } : {}),
      };
    if (isJsonObject(exec)) {
      const { execCredential } = await import('./exec-credential.ts');
      const { server, extensions } = cluster.fields;
      const data =
        textOf(cluster.fields['certificate-authority-data']) || Buffer.from(await this.#pem(cluster.fields, 'certificate-authority')).toString('base64');
      const config = listOf(extensions).find((each) => isJsonObject(each) && each['name'] === 'client.authentication.k8s.io/exec');
      const info = {
        server: server ?? '',
        ...(cluster.fields['tls-server-name'] ? { 'tls-server-name': cluster.fields['tls-server-name'] } : {}),
        ...(cluster.fields['insecure-skip-tls-verify'] ? { 'insecure-skip-tls-verify': true } : {}),
        ...(data ? { 'certificate-authority-data': data } : {}),
        config: isJsonObject(config) ? (config['extension'] ?? null) : null,
      };
      const { env } = this.#means;
      const refusal = async (command: string): Promise<string | undefined> => {
        if (!hasPreferences(env)) return undefined;
        const { pluginRefusal } = await import('../kuberc/plugin-policy.ts');
        return pluginRefusal(command, this.flags.kuberc, this.#means);
      };
      return execCredential(exec, info, this.#means, refusal);
    }
    return { basicAuth: await askForPassword(this.#means) };
  }

  /** Data in place wins over a file. */
  async #pem(fields: JsonObject, field: string): Promise<string> {
    const data = textOf(fields[`${field}-data`]);
    return data ? Buffer.from(data, 'base64').toString('utf8') : this.#read(textOf(fields[field]));
  }

  async #read(path: string): Promise<string> {
    if (!path) return '';
    try {
      return Buffer.from(await this.#means.files.read(path)).toString('utf8');
    } catch (error) {
      throw new CommandError(systemReason(error, path));
    }
  }
}

function providerProblem(name: string): string {
  if (name === 'gcp')
    return 'The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details';
  if (name === 'azure')
    return 'The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.\nSee https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details';
  return name === 'oidc'
    ? "the oidc auth provider is not supported by ckadet's kubectl: use a credential plugin"
    : `no Auth Provider found for name ${goQuote(name)}`;
}

/** Who has nothing to show is asked, as client-go does. */
async function askForPassword({ stdin, stdout }: Pick<Means, 'stdin' | 'stdout'>): Promise<{ readonly username: string; readonly password: string }> {
  const lines = linesOf(stdin.bytes());
  const ask = async (what: string): Promise<string> => {
    stdout.write(`Please enter ${what}: `);
    const { value, done } = await lines.next();
    if (done) throw new CommandError('EOF');
    return value;
  };
  const username = await ask('Username');
  return { username, password: await ask('Password') };
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of bytes) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end).replace(/\r$/, '');
      text = text.slice(end + 1);
    }
  }
}

function extraOf(pairs: readonly string[]): JsonObject {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs) {
    const [key = '', ...rest] = pair.split('=');
    (extra[key] ??= []).push(rest.join('='));
  }
  return extra;
}

function impersonation(fields: JsonObject): Partial<TransportOptions> {
  const user = textOf(fields['as']);
  if (!user) return {};
  const uid = textOf(fields['as-uid']);
  const extra = isJsonObject(fields['as-user-extra']) ? (fields['as-user-extra'] as Readonly<Record<string, readonly string[]>>) : {};
  return { impersonate: { user, groups: listOf(fields['as-groups']).map(textOf), ...(uid ? { uid } : {}), ...(Object.keys(extra).length ? { extra } : {}) } };
}
