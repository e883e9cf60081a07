// kubectl create namespace.
import { defineCommand } from '../../command.ts';
import { createGenerated, GENERATOR_FLAGS, nameArgument } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME [--dry-run=server|client|none]',
  long: 'Makes a namespace of that name.',
  examples: `kubectl create namespace shop`,
  flags: GENERATOR_FLAGS,
  async run(call, kubectl) {
    const name = nameArgument(call);
    await createGenerated(call, kubectl, { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }, false);
  },
});
