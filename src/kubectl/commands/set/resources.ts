// kubectl set resources. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_resources.go
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string } from '../../flags/flag.ts';
import { SELECTOR } from '../../flags/sets.ts';
import { textField } from '../../resources/info.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { RECORD, recorded } from '../../writes/record.ts';
import { reporter } from '../../writes/report.ts';
import { resourceList } from '../../writes/resource-list.ts';
import { containersOf, isMeant, withContainers, withPodSpec } from './pod-spec.ts';
import { changeTargets, SET_FLAGS, targetsOf } from './target.ts';

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  long: 'Sets what containers ask for and how much they may use. 0 takes a limit away.',
  examples: `# One container of a deployment
kubectl set resources deployment web -c=nginx --limits=cpu=200m,memory=512Mi

# All its containers
kubectl set resources deployment web --requests=cpu=100m,memory=256Mi`,
  flags: {
    ...SET_FLAGS,
    record: RECORD,
    selector: SELECTOR,
    containers: string('Containers that are meant; * stands for any text.', { preset: '*', short: 'c' }),
    limits: string('Limits, as RESOURCE=QUANTITY with commas between them.'),
    requests: string('Requests, as RESOURCE=QUANTITY with commas between them.'),
  },
  async run(call, kubectl) {
    const { flags } = call;
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    const report = await reporter(flags, kubectl, 'resource requirements updated', dryRun, { isTyped: true });
    const infos = await targetsOf(kubectl, { args: call.args, files: flags, all: flags.all, local: flags.local, selector: flags.selector });
    if (flags.local && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (flags.all && flags.selector) throw new CommandError('cannot set --all and --selector at the same time');
    if (!flags.limits && !flags.requests) throw new CommandError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const wanted = { limits: resourceList(flags.limits), requests: resourceList(flags.requests) };
    const errors: Error[] = [];
    const isOurs = (container: JsonObject): boolean => isMeant(textField(container, 'name'), flags.containers);
    const change = (object: JsonObject): JsonObject | undefined => {
      let found = false;
      const after = withPodSpec(object, (spec) => {
        found = containersOf(spec).some(isOurs);
        if (!found) errors.push(new CommandError(`error: unable to find container named ${flags.containers}`));
        return withContainers(spec, (container) => (isOurs(container) ? withResources(container, wanted) : container));
      });
      return found ? recorded(call, after) : undefined;
    };
    const sending = { local: flags.local, dryRun, fieldManager: flags['field-manager'], report };
    await changeTargets(infos, { change, failed: 'failed to patch resources update to pod template', errors }, sending);
  },
});

type Amounts = Readonly<Record<string, string>> | undefined;

function withResources(container: JsonObject, wanted: { readonly limits: Amounts; readonly requests: Amounts }): JsonObject {
  const before = isJsonObject(container['resources']) ? container['resources'] : {};
  const merged = (field: 'limits' | 'requests'): JsonObject => {
    const amounts = wanted[field];
    if (!amounts) return {};
    const present = before[field];
    return { [field]: { ...(isJsonObject(present) ? present : {}), ...amounts } };
  };
  return { ...container, resources: { ...before, ...merged('limits'), ...merged('requests') } };
}
