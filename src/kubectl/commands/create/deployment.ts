// kubectl create deployment. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_deployment.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { safeEncode } from '../../../kube/machinery/hash.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { int32, strings } from '../../flags/flag.ts';
import type { Ports } from '../../ports.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';
import { container } from './pod-template.ts';

const SUFFIX_LENGTH = 5;

export const command = defineCommand({
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  long: 'Makes a deployment of that name; its pods run the images, one container each.',
  examples: `# A deployment of one image
kubectl create deployment web --image=nginx

# With a command
kubectl create deployment clock --image=busybox -- date

# Three pods whose container listens on a port
kubectl create deployment web --image=nginx --replicas=3 --port=80`,
  flags: {
    ...GENERATOR_FLAGS,
    image: strings('Image to run; several make a container each.'),
    port: int32('Port that the first container listens on.', { preset: -1 }),
    replicas: int32('Number of pods.', { preset: 1, short: 'r' }),
  },
  required: ['image'],
  async run(call, kubectl) {
    const { image: images, port, replicas } = call.flags;
    const generation = await Generation.of(call, kubectl);
    const { name, words } = generation;
    if (images.length > 1 && words.length) throw new CommandError('cannot specify multiple --image options and command');
    const labels = { app: name };
    const containers = images.map((image, i): JsonObject => {
      const ports = i === 0 && port >= 0 ? [{ containerPort: port }] : [];
      return container(containerName(image, kubectl.ports), image, { command: words, ports });
    });
    await generation.make(
      builtIn('apps', 'v1', 'deployments'),
      {
        kind: 'Deployment',
        apiVersion: 'apps/v1',
        metadata: generation.metadata({ labels }),
        spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } }, strategy: {} },
        status: {},
      },
      'failed to create deployment:',
    );
  },
});

/** The last part of the image's path without tag and digest; where that is no name of a container, with a suffix of its own. */
function containerName(image: string, { clock, processId }: Pick<Ports, 'clock' | 'processId'>): string {
  const last = image.split('/').at(-1) ?? '';
  const name = (last.split(':')[0] ?? '').split('@')[0] ?? '';
  if (!/[_.]/.test(name)) return name;
  const seed = `${clock.now()}${processId}`.split('').reverse().join('');
  return `${name.replaceAll(/[_.]/g, '-')}-${safeEncode(seed).slice(0, SUFFIX_LENGTH)}`;
}
