// kubectl create namespace.
import { defineCommand } from '../../command.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME [--dry-run=server|client|none]',
  long: 'Makes a namespace of that name.',
  examples: `kubectl create namespace shop`,
  flags: GENERATOR_FLAGS,
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    const object = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: generation.name }, spec: {}, status: {} };
    await generation.make(builtIn('', 'v1', 'namespaces', false), object);
  },
});
