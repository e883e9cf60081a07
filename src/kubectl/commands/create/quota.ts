// kubectl create quota. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_quota.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string } from '../../flags/flag.ts';
import { resourceList } from '../../writes/resource-list.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  long: 'Makes a resource quota of that name.',
  examples: `# What a namespace may ask for
kubectl create quota compute --hard=cpu=2,memory=2Gi,pods=10

# Only pods that ask for nothing
kubectl create quota leftovers --hard=pods=20 --scopes=BestEffort`,
  flags: {
    ...GENERATOR_FLAGS,
    hard: string('Limits, as RESOURCE=QUANTITY with commas between them.'),
    scopes: string('Scopes that an object must all match to count, with commas between them.'),
  },
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    const hard = resourceList(call.flags.hard);
    const scopes = scopesIn(call.flags.scopes);
    await generation.make(
      builtIn('', 'v1', 'resourcequotas'),
      {
        kind: 'ResourceQuota',
        apiVersion: 'v1',
        metadata: generation.metadata(),
        spec: { ...(hard ? { hard } : {}), ...(scopes.length ? { scopes } : {}) },
        status: {},
      },
      'failed to create quota:',
    );
  },
});

function scopesIn(text: string): readonly string[] {
  if (text === '') return [];
  const scopes = text.split(',');
  if (scopes.includes('')) throw new CommandError('invalid resource quota scope ""');
  return scopes;
}
