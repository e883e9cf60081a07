// Reads the text of one kubeconfig file; a wrong field is reported with file and path (`clusters[0].cluster.server`).
import { parseDocument } from 'yaml';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { isJsonObject } from '../machinery/json.ts';
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from './kubeconfig.ts';

export function parseKubeconfig(text: string, file: string): Kubeconfig {
  const document = parseDocument(text, { version: '1.1' });
  const [error] = document.errors;
  if (error) throw invalid(file, `line ${error.linePos?.[0].line ?? '?'} is not YAML: ${error.message.split('\n')[0]}`);
  const content: unknown = document.toJS() ?? {};
  const root = new Fields(content, '', file);
  const currentContext = root.text('current-context');
  return {
    files: [file],
    currentContext: currentContext || undefined,
    clusters: named(root, 'clusters', 'cluster', clusterOf),
    users: named(root, 'users', 'user', userOf),
    contexts: named(root, 'contexts', 'context', contextOf),
  };
}

const invalid = (file: string, why: string): AppError =>
  new AppError({
    code: 'KUBECONFIG_INVALID',
    what: `cannot read the kubeconfig ${file}`,
    why,
    next: [`mend the file, or choose another: export KUBECONFIG=FILE`],
    exitCode: EXIT.invalidFile,
  });

/** The fields of one mapping, read by type; what has the wrong type is reported with its path. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly file: string;

  constructor(value: unknown, path: string, file: string) {
    if (!isJsonObject(value)) throw invalid(file, `${path || 'the file'} should be a mapping`);
    this.#values = value;
    this.#path = path;
    this.file = file;
  }

  at(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }

  text(name: string): string | undefined {
    const value = this.#values[name] ?? undefined;
    if (value !== undefined && typeof value !== 'string') throw invalid(this.file, `${this.at(name)} should be text and is ${JSON.stringify(value)}`);
    return value === '' ? undefined : value;
  }

  truth(name: string): boolean | undefined {
    const value = this.#values[name] ?? undefined;
    if (value !== undefined && typeof value !== 'boolean') throw invalid(this.file, `${this.at(name)} should be true or false and is ${JSON.stringify(value)}`);
    return value;
  }

  /** A mapping below, empty when absent. */
  below(name: string): Fields {
    return new Fields(this.#values[name] ?? {}, this.at(name), this.file);
  }

  has(name: string): boolean {
    return (this.#values[name] ?? undefined) !== undefined;
  }

  list(name: string): readonly Fields[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw invalid(this.file, `${this.at(name)} should be a list`);
    return value.map((item, i) => new Fields(item, `${this.at(name)}[${i}]`, this.file));
  }
}

/** Entries by name; the first of a name counts. */
function named<T>(root: Fields, list: string, field: string, read: (name: string, fields: Fields) => T): ReadonlyMap<string, T> {
  const entries = new Map<string, T>();
  for (const item of root.list(list)) {
    const name = item.text('name');
    if (name === undefined) throw invalid(root.file, `${item.at('name')} is missing`);
    if (!entries.has(name)) entries.set(name, read(name, item.below(field)));
  }
  return entries;
}

/** Leaves out what is undefined, as exact optional properties want it. */
function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const clusterOf = (name: string, fields: Fields): ClusterEntry =>
  present<ClusterEntry>({
    name,
    file: fields.file,
    server: fields.text('server'),
    certificateAuthority: fields.text('certificate-authority'),
    certificateAuthorityData: fields.text('certificate-authority-data'),
    insecureSkipTlsVerify: fields.truth('insecure-skip-tls-verify'),
    tlsServerName: fields.text('tls-server-name'),
    proxyUrl: fields.text('proxy-url'),
  });

const userOf = (name: string, fields: Fields): UserEntry =>
  present<UserEntry>({
    name,
    file: fields.file,
    clientCertificate: fields.text('client-certificate'),
    clientCertificateData: fields.text('client-certificate-data'),
    clientKey: fields.text('client-key'),
    clientKeyData: fields.text('client-key-data'),
    token: fields.text('token'),
    tokenFile: fields.text('tokenFile'),
    exec: fields.has('exec') ? (fields.below('exec').text('command') ?? 'a program') : undefined,
    authProvider: fields.has('auth-provider') ? (fields.below('auth-provider').text('name') ?? 'a provider') : undefined,
  });

function contextOf(name: string, fields: Fields): ContextEntry {
  const namespace = fields.text('namespace');
  return { name, file: fields.file, cluster: fields.text('cluster') ?? '', user: fields.text('user') ?? '', ...(namespace ? { namespace } : {}) };
}
