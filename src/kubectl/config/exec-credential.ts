// Credentials from a program that the kubeconfig names. Models kubernetes/staging/src/k8s.io/client-go/plugin/pkg/client/auth/exec/exec.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { CommandError, UnreachableError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { listOf, textOf } from './kubeconfig-files.ts';

const GROUP = 'client.authentication.k8s.io';
const VERSIONS = [`${GROUP}/v1`, `${GROUP}/v1beta1`];
const HOW_TO_INSTALL = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;

export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** `cluster` is what a plugin that asks for it is told, `refusal` says why a program may not be run. Rejects with UnreachableError for what the plugin does not give. */
export async function execCredential(
  exec: JsonObject,
  cluster: JsonObject,
  { programs, env, stdin, stderr }: Pick<Ports, 'programs' | 'env' | 'stdin' | 'stderr'>,
  refusal: (command: string) => Promise<string | undefined>,
): Promise<ExecCredential> {
  const command = textOf(exec['command']);
  const apiVersion = textOf(exec['apiVersion']);
  if (!VERSIONS.includes(apiVersion)) throw new CommandError(`exec plugin: invalid apiVersion ${goQuote(apiVersion)}`);
  const host = new URL(textOf(cluster['server'])).host;
  const fail = (why: string): never => {
    throw new UnreachableError(host, `getting credentials: ${why}`);
  };
  const mode = textOf(exec['interactiveMode']);
  if (mode === 'Always' && !stdin.isTerminal) fail('exec plugin cannot support interactive mode: standard input is not a terminal');
  const refused = await refusal(command);
  if (refused !== undefined) fail(refused);
  const info = {
    kind: 'ExecCredential',
    apiVersion,
    spec: { ...(exec['provideClusterInfo'] === true ? { cluster } : {}), interactive: mode !== 'Never' && stdin.isTerminal },
  };
  const own = listOf(exec['env'])
    .filter(isJsonObject)
    .map((each) => [textOf(each['name']), textOf(each['value'])]);
  const program = await programs.find(command);
  if (program === undefined) {
    const hint = textOf(exec['installHint']);
    return fail(`exec: executable ${command} not found${HOW_TO_INSTALL}${hint ? `\n\n${hint}` : ''}`);
  }
  const args = listOf(exec['args']).map(textOf);
  const output = await programs.output(program, args, { env: { ...env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) } });
  stderr.write(output.stderr);
  if (output.exitCode !== 0) fail(`exec: executable ${command} failed with exit code ${output.exitCode}`);
  return credentialIn(output.stdout, apiVersion, fail);
}

function credentialIn(text: string, apiVersion: string, fail: (why: string) => never): ExecCredential {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!isJsonObject(answer))
    return fail(
      'decoding stdout: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  const version = textOf(answer['apiVersion']) || `${GROUP}/__internal`;
  if (version !== apiVersion) fail(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${version}`);
  const status = isJsonObject(answer['status']) ? answer['status'] : fail("exec plugin didn't return a status field");
  const token = textOf(status['token']);
  const clientCertificate = textOf(status['clientCertificateData']);
  const clientKey = textOf(status['clientKeyData']);
  if (!token && !clientCertificate && !clientKey) fail("exec plugin didn't return a token or cert/key pair");
  if (!clientCertificate !== !clientKey) fail('exec plugin returned only certificate or key, not both');
  return { ...(token ? { token } : {}), ...(clientKey ? { clientCertificate, clientKey } : {}) };
}
