// kubectl create token. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_token.go
import { messageOf } from '../../../errors/app-error.ts';
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand, type Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { array, duration, string, type FlagSpecs } from '../../flags/flag.ts';
import { PRINT_FLAGS } from '../../flags/sets.ts';
import { printerFor } from '../../printers/printer.ts';
import { builtIn, nameArgument } from './generated.ts';

const KINDS = ['Node', 'Pod', 'Secret'];

const flags = {
  ...PRINT_FLAGS,
  audience: array('Who the token is for, instead of the API server; can be given several times.'),
  duration: duration('How long it is valid; the server may change it. 0 leaves it to the server.'),
  'bound-object-kind': string(`Kind of the object it is bound to: ${KINDS.join(', ')}.`),
  'bound-object-name': string('Name of the object it is bound to; it ends when that is deleted.'),
  'bound-object-uid': string('UID of that object; the one that is there without it.'),
} as const satisfies FlagSpecs;

export const command = defineCommand({
  usage: 'SERVICE_ACCOUNT_NAME',
  long: 'Asks for a token of a service account.',
  examples: `# For an hour, or what the server makes of it
kubectl create token builder

# For ten minutes, in another namespace
kubectl create token builder --namespace shop --duration 10m

# As long as a secret exists
kubectl create token builder --bound-object-kind Secret --bound-object-name builder`,
  flags,
  async run(call, kubectl) {
    const name = nameArgument(call);
    const { name: namespace } = await kubectl.namespace();
    const printer = await printerFor(call.flags, kubectl.ports);
    if (!name) throw new CommandError('service account name is required');
    check(call);
    const client = await kubectl.client(builtIn('', 'v1', 'serviceaccounts'));
    const answer = await client.create({ namespace, name, subresource: 'token' }, requestOf(call)).catch((error: unknown) => {
      throw new CommandError(`failed to create token: ${messageOf(error)}`);
    });
    const status = answer['status'];
    const token = isJsonObject(status) ? status['token'] : undefined;
    if (typeof token !== 'string' || token === '') throw new CommandError('failed to create token: no token in server response');
    if (printer) return kubectl.print(printer.print(answer));
    kubectl.print(kubectl.ports.stdout.isTerminal ? `${token}\n` : token);
  },
});

function check({ flags: given }: Call<typeof flags>): void {
  const { duration: durationMs, 'bound-object-kind': kind, 'bound-object-name': bound, 'bound-object-uid': uid } = given;
  if (durationMs < 0) throw new CommandError('--duration must be greater than or equal to 0');
  if (durationMs % 1000 !== 0) throw new CommandError('--duration cannot be expressed in units less than seconds');
  if (given.audience.includes('')) throw new CommandError('--audience must not be an empty string');
  if (!kind) {
    if (bound) throw new CommandError('--bound-object-name can only be set if --bound-object-kind is provided');
    if (uid) throw new CommandError('--bound-object-uid can only be set if --bound-object-kind is provided');
    return;
  }
  if (!KINDS.includes(kind)) throw new CommandError(`supported --bound-object-kind values are ${KINDS.join(', ')}`);
  if (!bound) throw new CommandError('--bound-object-name is required if --bound-object-kind is provided');
}

function requestOf({ flags: given }: Call<typeof flags>): JsonObject {
  const { duration: durationMs, audience, 'bound-object-kind': kind, 'bound-object-name': name, 'bound-object-uid': uid } = given;
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    spec: {
      audiences: audience.length ? audience : null,
      ...(durationMs ? { expirationSeconds: durationMs / 1000 } : {}),
      ...(kind ? { boundObjectRef: { kind, apiVersion: 'v1', name, ...(uid ? { uid } : {}) } } : {}),
    },
  };
}
