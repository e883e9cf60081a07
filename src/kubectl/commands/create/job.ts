// kubectl create job. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_job.go
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';
import { select } from '../../resources/builder.ts';
import { goTypeName, groupKindOf, metadataOf } from '../../resources/info.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';
import { container } from './pod-template.ts';

const FAILED = 'failed to create job:';

export const command = defineCommand({
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  long: 'Makes a job of that name, from an image or from a cron job.',
  examples: `# A job of one image
kubectl create job once --image=busybox -- date

# One run of a cron job, now
kubectl create job test --from=cronjob/nightly`,
  flags: {
    ...GENERATOR_FLAGS,
    image: string('Image to run.'),
    from: string('Cron job whose job is made, as cronjob/NAME.'),
  },
  async run(call, kubectl) {
    const { image, from } = call.flags;
    const generation = await Generation.of(call, kubectl);
    const { words } = generation;
    if ((image === '') === (from === '')) throw new CommandError('either --image or --from must be specified');
    if (words.length && from) throw new CommandError('cannot specify --from and command');
    const job = image ? plainJob(generation, image) : await jobOfCronJob(generation, from, kubectl);
    await generation.make(builtIn('batch', 'v1', 'jobs'), job, FAILED);
  },
});

const plainJob = (generation: Generation, image: string): JsonObject => ({
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata: generation.metadata(),
  spec: {
    template: { metadata: {}, spec: { containers: [container(generation.name, image, { command: generation.words })], restartPolicy: 'Never' } },
  },
  status: {},
});

async function jobOfCronJob(generation: Generation, from: string, kubectl: Kubectl): Promise<JsonObject> {
  const { name: namespace } = await kubectl.namespace();
  const { infos, error } = await (await select(kubectl, { args: [from], namespace, latest: true })).infos();
  if (error) throw error;
  const [info] = infos;
  if (!info || infos.length > 1) throw new CommandError('from must be an existing cronjob');
  const cronJob = info.content;
  const { kind } = groupKindOf(cronJob);
  if (kind !== 'CronJob') throw new CommandError(`unknown object type ${goTypeName(cronJob)}`);
  const spec = cronJob['spec'];
  const template = isJsonObject(spec) && isJsonObject(spec['jobTemplate']) ? spec['jobTemplate'] : {};
  const { annotations, labels } = metadataOf(template);
  const { name = '', uid = '' } = metadataOf(cronJob);
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: generation.metadata({
      ...(isJsonObject(labels) ? { labels } : {}),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...(isJsonObject(annotations) ? annotations : {}) },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true }],
    }),
    spec: template['spec'] ?? {},
    status: {},
  };
}
