// kubectl version. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/version
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import { goJson } from '../../kube/machinery/go-json.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { messageOf } from '../../errors/app-error.ts';
import { objectIn } from '../client/api-wire.ts';
import { textOf } from '../config/kubeconfig-files.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UnreachableError } from '../failures.ts';
import { bool, string } from '../flags/flag.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { clientVersion, GIT_VERSION, KUSTOMIZE_VERSION } from '../version.ts';

const SUPPORTED_SKEW = 1;

export const command = defineCommand({
  usage: '[flags]',
  long: 'Shows the versions of kubectl and of the server of the current context.',
  examples: '# Both versions\nkubectl version',
  flags: {
    client: bool('Only that of kubectl; no server is asked.'),
    output: string('Output format: yaml, json.', { short: 'o', completes: ['yaml', 'json'] }),
  },
  async run({ args, flags }, kubectl) {
    if (args.length) throw new CommandError(`extra arguments: [${args.join(' ')}]`);
    if (!['', 'yaml', 'json'].includes(flags.output)) throw new CommandError("--output must be 'yaml' or 'json'");
    // A configuration that is of no use ends it before anything is printed; credentials that cannot be had do not.
    if (!flags.client)
      await kubectl.wire().catch((error: unknown) => {
        if (!(error instanceof UnreachableError)) throw error;
      });
    let failure: unknown;
    const server = flags.client ? undefined : await serverVersion(kubectl).catch((error: unknown) => void (failure = error));
    const version: JsonObject = {
      clientVersion: clientVersion(kubectl.ports.platform),
      kustomizeVersion: KUSTOMIZE_VERSION,
      ...(server ? { serverVersion: server } : {}),
    };
    if (flags.output === 'yaml') kubectl.print(`${goYaml(version)}\n`);
    else if (flags.output === 'json') kubectl.print(`${goJson(version, 2)}\n`);
    else {
      kubectl.print(`Client Version: ${GIT_VERSION}\nKustomize Version: ${KUSTOMIZE_VERSION}\n`);
      if (server) kubectl.print(`Server Version: ${textOf(server['gitVersion'])}\n`);
    }
    if (server) tellSkew(textOf(server['gitVersion']), kubectl);
    if (failure) throw failure;
  },
});

async function serverVersion(kubectl: Kubectl): Promise<JsonObject> {
  const wire = await kubectl.wire();
  const text = await wire.text({ method: 'GET', path: '/version?timeout=32s', isRaw: true });
  try {
    return objectIn(text, 'version.Info');
  } catch (error) {
    throw new CommandError(`unable to parse the server version: ${messageOf(error)}`);
  }
}

function tellSkew(gitVersion: string, kubectl: Kubectl): void {
  if (!/^v?\d+\.\d+/.test(gitVersion)) throw new CommandError(`server version error: could not parse ${goQuote(gitVersion)} as version`);
  const numbers = (text: string): readonly number[] => /^v(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  const [major = 0, minor = 0] = numbers(GIT_VERSION);
  const [serverMajor = major, serverMinor = minor] = numbers(gitVersion);
  if (major === serverMajor && Math.abs(minor - serverMinor) <= SUPPORTED_SKEW) return;
  const warning = `version difference between client (${major}.${minor}) and server (${serverMajor}.${serverMinor}) exceeds the supported minor version skew of +/-${SUPPORTED_SKEW}`;
  if (kubectl.flags['warnings-as-errors']) throw new CommandError(warning);
  kubectl.complain(`Warning: ${warning}\n`);
}
