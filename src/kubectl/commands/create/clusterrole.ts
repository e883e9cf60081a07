// kubectl create clusterrole. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_clusterrole.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { pairs, strings } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';
import { checkResources, RULE_FLAGS, rulePartsOf, rulesOf, warnOfVerbs, type RuleParts } from './policy-rules.ts';

const URL_VERBS = ['*', 'get', 'put', 'post', 'head', 'options', 'delete', 'patch'];

export const command = defineCommand({
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  long: 'Makes a cluster role of one rule, or one that gathers the rules of others.',
  examples: `# Who has it may look at pods
kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

# Paths that are no resources
kubectl create clusterrole health --verb=get --non-resource-url=/healthz,/logs/*

# The rules of all cluster roles with a label
kubectl create clusterrole monitoring --aggregation-rule="rbac.example.com/aggregate=true"`,
  flags: {
    ...GENERATOR_FLAGS,
    ...RULE_FLAGS,
    'non-resource-url': strings('Path that it is allowed on.'),
    'aggregation-rule': pairs('Labels of the cluster roles whose rules it has.'),
  },
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    const parts = rulePartsOf(call.flags);
    const urls = [...new Set(call.flags['non-resource-url'])];
    const gathered = call.flags['aggregation-rule'];
    requireName(generation);
    const head = { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: generation.name } };
    let object: JsonObject;
    if (Object.keys(gathered).length) {
      if (urls.length || parts.verbs.length || parts.resources.length || parts.resourceNames.length)
        throw new CommandError('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
      object = { ...head, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels: gathered }] } };
    } else {
      await check(parts, urls, kubectl);
      const ofUrls = urls.length ? [{ verbs: parts.verbs, nonResourceURLs: urls }] : [];
      object = { ...head, rules: [...(await rulesOf(parts, kubectl)), ...ofUrls] };
    }
    await generation.make(builtIn('rbac.authorization.k8s.io', 'v1', 'clusterroles', false), object);
  },
});

async function check(parts: RuleParts, urls: readonly string[], kubectl: Kubectl): Promise<void> {
  const { verbs, resources } = parts;
  if (!verbs.length) throw new CommandError('at least one verb must be specified');
  if (!resources.length && !urls.length) throw new CommandError('one of resource or nonResourceURL must be specified');
  if (resources.length) {
    warnOfVerbs(verbs, kubectl);
    await checkResources(parts, kubectl);
  }
  if (!urls.length) return;
  const odd = verbs.find((verb) => !URL_VERBS.includes(verb));
  if (odd !== undefined) throw new CommandError(`invalid verb: '${odd}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw new CommandError('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) throw new CommandError("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}
