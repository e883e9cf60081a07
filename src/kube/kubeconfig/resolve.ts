// From a context's name to all that a client needs to connect: certificates read, paths made absolute.
import { dirname, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { readText } from '../../platform/files.ts';
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from './kubeconfig.ts';

export interface Connection {
  readonly context: string;
  /** `https://host:port`, without a slash at the end. */
  readonly server: string;
  /** PEM; left out, the system's authorities count. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  /** Address of an http, https or socks5 proxy. */
  readonly proxy?: string;
  readonly namespace: string;
}

/** Without a name: the current context. Errors name the file and the field. */
export async function resolveContext(config: Kubeconfig, name?: string): Promise<Connection> {
  const context = contextEntry(config, name);
  const cluster = config.clusters.get(context.cluster);
  if (!cluster) throw unusable(context, 'cluster', context.cluster ? `there is no cluster ${JSON.stringify(context.cluster)}` : 'it is empty');
  const user = config.users.get(context.user);
  if (!user && context.user) throw unusable(context, 'user', `there is no user ${JSON.stringify(context.user)}`);
  return { ...(await connectionOf(cluster)), ...(user ? await credentialsOf(user) : {}), context: context.name, namespace: context.namespace ?? 'default' };
}

function contextEntry(config: Kubeconfig, name = config.currentContext): ContextEntry {
  const where = config.files.length ? `looked in ${config.files.join(', ')}` : 'no kubeconfig was found';
  if (name === undefined)
    throw new AppError({
      code: 'CONTEXT_NOT_SET',
      what: 'no context is current',
      why: where,
      next: ['choose one: kubectl config use-context NAME', 'list them: kubectl config get-contexts'],
      exitCode: EXIT.usage,
    });
  const context = config.contexts.get(name);
  if (context) return context;
  const near = nearestName(name, [...config.contexts.keys()]);
  throw new AppError({
    code: 'CONTEXT_NOT_FOUND',
    what: `there is no context ${JSON.stringify(name)}`,
    why: near ? `did you mean ${JSON.stringify(near)}? (${where})` : where,
    next: ['list them: kubectl config get-contexts'],
    exitCode: EXIT.usage,
  });
}

const invalid = (file: string, field: string, why: string, next: string): AppError =>
  new AppError({ code: 'KUBECONFIG_INVALID', what: `cannot use ${field} in ${file}`, why, next: [next], exitCode: EXIT.invalidFile });

const unusable = (context: ContextEntry, field: string, why: string): AppError =>
  invalid(context.file, `${field} of context ${JSON.stringify(context.name)}`, why, 'mend the context: kubectl config set-context --help');

const PROXIES: readonly string[] = ['http:', 'https:', 'socks5:'];

async function connectionOf(cluster: ClusterEntry): Promise<Pick<Connection, 'server' | 'ca' | 'insecureSkipTlsVerify' | 'tlsServerName' | 'proxy'>> {
  const of = (field: string): string => `${field} of cluster ${JSON.stringify(cluster.name)}`;
  if (!cluster.server) throw invalid(cluster.file, of('server'), 'it is missing', 'mend the cluster: kubectl config set-cluster --help');
  if (!/^https?:\/\//.test(cluster.server) || !URL.canParse(cluster.server))
    throw invalid(
      cluster.file,
      of('server'),
      `${JSON.stringify(cluster.server)} is not an http or https address`,
      'mend the cluster: kubectl config set-cluster --help',
    );
  const { proxyUrl: proxy } = cluster;
  if (proxy && !(URL.canParse(proxy) && PROXIES.includes(new URL(proxy).protocol)))
    throw invalid(
      cluster.file,
      of('proxy-url'),
      `${JSON.stringify(proxy)} is not an http, https or socks5 address`,
      'mend the cluster: kubectl config set-cluster --help',
    );
  const ca = await pem(cluster.file, of('certificate-authority'), cluster.certificateAuthorityData, cluster.certificateAuthority);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    insecureSkipTlsVerify: cluster.insecureSkipTlsVerify ?? false,
    ...(ca ? { ca } : {}),
    ...(cluster.tlsServerName ? { tlsServerName: cluster.tlsServerName } : {}),
    ...(proxy ? { proxy } : {}),
  };
}

async function credentialsOf(user: UserEntry): Promise<Pick<Connection, 'clientCertificate' | 'clientKey' | 'token'>> {
  const of = (field: string): string => `${field} of user ${JSON.stringify(user.name)}`;
  const plugin = user.exec ? 'exec' : user.authProvider ? 'auth-provider' : undefined;
  const clientCertificate = await pem(user.file, of('client-certificate'), user.clientCertificateData, user.clientCertificate);
  const clientKey = await pem(user.file, of('client-key'), user.clientKeyData, user.clientKey);
  const token = user.tokenFile ? await tokenIn(user.file, of('tokenFile'), user.tokenFile) : user.token;
  if (plugin && !token && !clientCertificate)
    throw invalid(
      user.file,
      of(plugin),
      `ckadet does not run credential plugins (${user.exec ?? user.authProvider})`,
      'use a context with a client certificate or a token: kubectl create token --help',
    );
  return {
    ...(clientCertificate ? { clientCertificate } : {}),
    ...(clientKey ? { clientKey } : {}),
    ...(token ? { token } : {}),
  };
}

const CHECK_FILE = 'check the path; a relative one starts at the kubeconfig';

/** Data in place wins over a file; a relative path starts at the kubeconfig's own folder. */
async function pem(file: string, field: string, data: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (data) {
    const text = Buffer.from(data, 'base64').toString('utf8');
    if (!text.includes('-----BEGIN '))
      throw invalid(file, `${field}-data`, 'it is not base64 of a PEM block', 'write the entry anew: kubectl config set-credentials --embed-certs --help');
    return text;
  }
  if (!path) return undefined;
  const target = resolve(dirname(file), path);
  const text = await readText(target);
  if (text === undefined) throw invalid(file, field, `there is no file ${target}`, CHECK_FILE);
  if (!text.includes('-----BEGIN ')) throw invalid(file, field, `${target} holds no PEM block`, CHECK_FILE);
  return text;
}

async function tokenIn(file: string, field: string, path: string): Promise<string> {
  const target = resolve(dirname(file), path);
  const text = (await readText(target))?.trim();
  if (!text) throw invalid(file, field, text === '' ? `${target} is empty` : `there is no file ${target}`, CHECK_FILE);
  return text;
}
