// kubectl create serviceaccount.
import { defineCommand } from '../../command.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME [--dry-run=server|client|none]',
  long: 'Makes a service account of that name.',
  examples: `kubectl create serviceaccount builder`,
  flags: GENERATOR_FLAGS,
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    const object = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: generation.metadata() };
    await generation.make(builtIn('', 'v1', 'serviceaccounts'), object, 'failed to create serviceaccount:');
  },
});
