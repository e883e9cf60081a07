// kubectl set image. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { CommandError, throwAll } from '../../failures.ts';
import { SELECTOR } from '../../flags/sets.ts';
import { goQuote } from '../../go-quote.ts';
import { textField } from '../../resources/info.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { splitPairs } from '../../writes/metadata-pairs.ts';
import { RECORD, recorded } from '../../writes/record.ts';
import { reporter } from '../../writes/report.ts';
import { containersOf, withContainers, withPodSpec } from './pod-spec.ts';
import { changeTargets, SET_FLAGS, targetsOf } from './target.ts';

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  long: 'Sets the images of containers: of pods, and of whatever makes pods. * stands for all containers.',
  examples: `# One container of a deployment
kubectl set image deployment/web nginx=nginx:1.27

# All containers of all daemon sets
kubectl set image daemonsets --all *=nginx:1.27

# A file, without a server
kubectl set image -f web.yaml nginx=nginx:1.27 --local -o yaml`,
  flags: { ...SET_FLAGS, record: RECORD, selector: SELECTOR },
  async run(call, kubectl) {
    const { flags } = call;
    const dryRun = dryRunOf(flags['dry-run'], kubectl);
    const report = await reporter(flags, kubectl, 'image updated', dryRun, { isTyped: true });
    const { resources, pairs } = splitPairs(call.args, 'image');
    const images = imagesIn(pairs);
    const infos = await targetsOf(kubectl, { args: resources, files: flags, all: flags.all, local: flags.local, selector: flags.selector });
    const problems: string[] = [];
    if (flags.all && flags.selector) problems.push('cannot set --all and --selector at the same time');
    if (!resources.length && !flags.filename.length && !flags.kustomize)
      problems.push('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (!images.size) problems.push('at least one image update is required');
    else if (images.size > 1 && images.has('*'))
      problems.push('all containers are already specified by *, but saw more than one container_name=container_image pairs');
    if (flags.local && dryRun === 'server') problems.push('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    throwAll(problems.map((problem) => new CommandError(problem)));
    const errors: Error[] = [];
    const change = (object: JsonObject): JsonObject =>
      recorded(
        call,
        withPodSpec(object, (spec) => {
          const names = containersOf(spec).map((each) => textField(each, 'name'));
          for (const name of images.keys())
            if (name !== '*' ? !names.includes(name) : !names.length) errors.push(new CommandError(`error: unable to find container named ${goQuote(name)}`));
          return withContainers(spec, (each) => {
            const image = images.get('*') ?? images.get(textField(each, 'name'));
            return image === undefined ? each : { ...each, image };
          });
        }),
      );
    const sending = { local: flags.local, dryRun, fieldManager: flags['field-manager'], report };
    await changeTargets(infos, { change, failed: 'failed to patch image update to pod template:', errors }, sending);
  },
});

function imagesIn(pairs: readonly string[]): ReadonlyMap<string, string> {
  const odd = pairs.filter((pair) => pair.indexOf('=') <= 0);
  if (odd.length) throw new CommandError(`invalid image format: ${odd.join(', ')}`);
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
