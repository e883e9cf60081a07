// kubectl create priorityclass. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_priorityclass.go
import { defineCommand } from '../../command.ts';
import { bool, int32, string } from '../../flags/flag.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  long: 'Makes a priority class of that name.',
  examples: `# A class for what matters
kubectl create priorityclass high --value=1000 --description="what must run"

# The class of pods that name none
kubectl create priorityclass normal --value=100 --global-default

# A class that drives nobody out
kubectl create priorityclass patient --value=1000 --preemption-policy=Never`,
  flags: {
    ...GENERATOR_FLAGS,
    value: int32('Priority of the class.'),
    'global-default': bool('It is the class of pods that name none.'),
    description: string('What it is for.'),
    'preemption-policy': string('Whether its pods drive out pods of lower priority.', { preset: 'PreemptLowerPriority' }),
  },
  async run(call, kubectl) {
    const { value, description, 'global-default': globalDefault, 'preemption-policy': preemptionPolicy } = call.flags;
    const generation = await Generation.of(call, kubectl);
    await generation.make(
      builtIn('scheduling.k8s.io', 'v1', 'priorityclasses', false),
      {
        kind: 'PriorityClass',
        apiVersion: 'scheduling.k8s.io/v1',
        metadata: { name: generation.name },
        value,
        ...(globalDefault ? { globalDefault } : {}),
        ...(description ? { description } : {}),
        preemptionPolicy,
      },
      'failed to create priorityclass:',
    );
  },
});
