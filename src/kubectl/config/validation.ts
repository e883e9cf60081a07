// What is wrong with the part of a configuration that is used, all of it together. Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/validation.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { BareError, CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { FileSystem } from '../ports.ts';
import { systemReason } from '../system-reason.ts';
import { listOf, textOf } from './kubeconfig-files.ts';

const MODES = ['Never', 'IfAvailable', 'Always'];

/** A user or a cluster with what flags say over it; its files are named from where they lie. */
export interface Merged {
  readonly name: string;
  readonly fields: JsonObject;
}

export const noContext = (name: string): string => `context was not found for specified context: ${name}`;

/** Throws what there is: one complaint as it is, several as a list. */
export function throwInvalid(complaints: readonly string[]): void {
  const [only, ...others] = complaints;
  if (only === undefined) return;
  if (others.length) throw new BareError(`Error in configuration: \n${complaints.map((each) => `* ${each}`).join('\n')}`);
  throw only.startsWith('context was not found') ? new BareError(`Error in configuration: ${only}`) : new CommandError(only);
}

async function unreadable(files: FileSystem, path: string): Promise<string | undefined> {
  return files.stat(path).then(
    () => undefined,
    (error: unknown) => systemReason(error, path),
  );
}

export async function userProblems({ name, fields }: Merged, files: FileSystem): Promise<readonly string[]> {
  const has = (field: string): boolean => textOf(fields[field]) !== '';
  const problems: string[] = [];
  if (has('client-certificate') || has('client-certificate-data')) {
    if (has('client-certificate') && has('client-certificate-data'))
      problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
    if (has('client-key') && has('client-key-data'))
      problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
    if (!has('client-key') && !has('client-key-data'))
      problems.push(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`);
    for (const [field, what] of [
      ['client-certificate', 'client-cert'],
      ['client-key', 'client-key'],
    ] as const) {
      const why = has(field) ? await unreadable(files, textOf(fields[field])) : undefined;
      if (why) problems.push(`unable to read ${what} ${textOf(fields[field])} for ${name} due to ${why}`);
    }
  }
  if (isJsonObject(fields['exec'])) problems.push(...execProblems(name, fields['exec'], isJsonObject(fields['auth-provider'])));
  if (has('token') && (has('username') || has('password')))
    problems.push(`more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`);
  if (!has('as') && (has('as-uid') || listOf(fields['as-groups']).length || isJsonObject(fields['as-user-extra'])))
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return problems;
}

function execProblems(name: string, exec: JsonObject, hasProvider: boolean): readonly string[] {
  const problems: string[] = [];
  const mode = textOf(exec['interactiveMode']);
  if (hasProvider) problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  if (!textOf(exec['command'])) problems.push(`command must be specified for ${name} to use exec authentication plugin`);
  if (!textOf(exec['apiVersion'])) problems.push(`apiVersion must be specified for ${name} to use exec authentication plugin`);
  for (const each of listOf(exec['env']))
    if (isJsonObject(each) && !textOf(each['name'])) problems.push(`env variable name must be specified for ${name} to use exec authentication plugin`);
  if (!mode) problems.push(`interactiveMode must be specified for ${name} to use exec authentication plugin`);
  else if (!MODES.includes(mode)) problems.push(`invalid interactiveMode for ${name}: ${goQuote(mode)}`);
  return problems;
}

async function proxyProblem(proxy: string): Promise<string | undefined> {
  const { parseUrl, urlProblem } = await import('../../kube/machinery/go-url.ts');
  if (urlProblem(proxy, false) !== undefined) return `could not parse: ${proxy}`;
  const { scheme } = parseUrl(proxy, false);
  return ['http', 'https', 'socks5'].includes(scheme) ? undefined : `unsupported scheme ${goQuote(scheme)}, must be http, https, or socks5`;
}

export async function clusterProblems({ name, fields }: Merged, files: FileSystem): Promise<readonly string[]> {
  const problems: string[] = [];
  const proxy = textOf(fields['proxy-url']);
  if (!textOf(fields['server'])) problems.push(name ? `no server found for cluster ${goQuote(name)}` : 'default cluster has no server defined');
  const why = proxy ? await proxyProblem(proxy) : undefined;
  if (why !== undefined) problems.push(`invalid 'proxy-url' ${goQuote(proxy)} for cluster ${goQuote(name)}: ${why}`);
  const ca = textOf(fields['certificate-authority']);
  if (ca && textOf(fields['certificate-authority-data']))
    problems.push(`certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`);
  const unread = ca ? await unreadable(files, ca) : undefined;
  if (unread) problems.push(`unable to read certificate-authority ${ca} for ${name} due to ${unread}`);
  return problems;
}
