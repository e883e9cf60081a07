// kubectl create role. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_role.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';
import { checkResources, RULE_FLAGS, rulePartsOf, rulesOf, warnOfVerbs } from './policy-rules.ts';

export const command = defineCommand({
  usage: 'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  long: 'Makes a role of one rule.',
  examples: `# Who has it may look at pods
kubectl create role pod-reader --verb=get,list,watch --resource=pods

# One object alone
kubectl create role settings --verb=get --resource=configmaps --resource-name=settings

# Resources of a group, and a subresource
kubectl create role scaler --verb=get,update --resource=deployments.apps,deployments.apps/scale`,
  flags: { ...GENERATOR_FLAGS, ...RULE_FLAGS },
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    const parts = rulePartsOf(call.flags);
    requireName(generation);
    if (!parts.verbs.length) throw new CommandError('at least one verb must be specified');
    warnOfVerbs(parts.verbs, kubectl);
    if (!parts.resources.length) throw new CommandError('at least one resource must be specified');
    await checkResources(parts, kubectl);
    const rules = await rulesOf(parts, kubectl);
    const object = { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: generation.metadata(), rules };
    await generation.make(builtIn('rbac.authorization.k8s.io', 'v1', 'roles'), object);
  },
});
