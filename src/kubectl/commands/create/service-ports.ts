// What the generators of services share: ports such as 80:8080, and the object. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { validateDnsSubdomain, validatePortName, validatePortNumber } from '../../../kube/machinery/names.ts';
import type { Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { strings } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';

export const SERVICE_FLAGS = { ...GENERATOR_FLAGS, tcp: strings('Port of the service and of the pods, as PORT:TARGET.') } as const;

interface ServiceParts {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly clusterIP?: string;
  readonly nodePort?: number;
  readonly externalName?: string;
}

export async function createService(
  call: Call<typeof SERVICE_FLAGS>,
  kubectl: Kubectl,
  { type, clusterIP = '', nodePort = 0, externalName = '' }: ServiceParts,
): Promise<void> {
  const { tcp } = call.flags;
  const generation = await Generation.of(call, kubectl);
  if (clusterIP === 'None' && type !== 'ClusterIP') throw new CommandError('ClusterIP=None can only be used with ClusterIP service type');
  if (clusterIP !== 'None' && !tcp.length && type !== 'ExternalName') throw new CommandError('at least one tcp port specifier must be provided');
  if (type === 'ExternalName' && validateDnsSubdomain(externalName).length) throw new CommandError(`invalid service external name ${externalName}`);
  const ports = tcp.map((text) => portOf(text, nodePort));
  const labels = { app: generation.name };
  await generation.make(
    builtIn('', 'v1', 'services'),
    {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: generation.metadata({ labels }),
      spec: {
        ...(ports.length ? { ports } : {}),
        selector: labels,
        ...(clusterIP ? { clusterIP } : {}),
        type,
        ...(externalName ? { externalName } : {}),
      },
      status: { loadBalancer: {} },
    },
    `failed to create ${type} service:`,
  );
}

function portOf(text: string, nodePort: number): JsonObject {
  const [own = '', target] = text.split(':');
  const port = portNumber(own);
  return {
    name: text.replaceAll(':', '-'),
    protocol: 'TCP',
    port,
    targetPort: target === undefined ? port : targetOf(target),
    ...(nodePort ? { nodePort } : {}),
  };
}

/** 16 bits. Throws with Go's sentence. */
function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new CommandError(`strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`);
  if (Number(text) > 65535) throw new CommandError(`strconv.ParseUint: parsing ${goQuote(text)}: value out of range`);
  return Number(text);
}

function targetOf(text: string): number | string {
  const isNumber = /^[+-]?\d+$/.test(text);
  const problems = isNumber ? validatePortNumber(Number(text)) : validatePortName(text);
  if (problems.length) throw new CommandError(problems.join(','));
  return isNumber ? Number(text) : text;
}
