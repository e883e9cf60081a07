// kubectl create poddisruptionbudget. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_pdb.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string } from '../../flags/flag.ts';
import { labelSelectorOf, selectorObject } from '../../writes/label-selector.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';
import { intOrText } from '../../writes/int-or-text.ts';

const AMOUNT = /^[0-9]+%?$/;

export const command = defineCommand({
  usage: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  long: 'Makes a pod disruption budget: how many of the pods that a selector matches have to stay when nodes are drained.',
  examples: `# At least one of them stays
kubectl create poddisruptionbudget web --selector=app=web --min-available=1

# At most half of them go
kubectl create pdb web --selector=app=web --max-unavailable=50%`,
  flags: {
    ...GENERATOR_FLAGS,
    'min-available': string('Number or percentage of pods that stay.'),
    'max-unavailable': string('Number or percentage of pods that may be gone.'),
    selector: string('Label query for the pods; only = is understood.'),
  },
  async run(call, kubectl) {
    const { selector, 'min-available': min, 'max-unavailable': max } = call.flags;
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    if (!selector) throw new CommandError('a selector must be specified');
    if (!max && !min) throw new CommandError('one of min-available or max-unavailable must be specified');
    if (max && min) throw new CommandError('min-available and max-unavailable cannot be both specified');
    if (min && !AMOUNT.test(min)) throw new CommandError('invalid format specified for min-available');
    if (max && !AMOUNT.test(max)) throw new CommandError('invalid format specified for max-unavailable');
    await generation.make(
      builtIn('policy', 'v1', 'poddisruptionbudgets'),
      {
        kind: 'PodDisruptionBudget',
        apiVersion: 'policy/v1',
        metadata: generation.metadata(),
        spec: {
          ...(min ? { minAvailable: intOrText(min) } : {}),
          selector: selectorObject(labelSelectorOf(selector)),
          ...(max ? { maxUnavailable: intOrText(max) } : {}),
        },
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
      },
      'failed to create poddisruptionbudgets:',
    );
  },
});
