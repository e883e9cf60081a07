// kubectl create cronjob. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_cronjob.go
import { defineCommand } from '../../command.ts';
import { string } from '../../flags/flag.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';
import { container } from './pod-template.ts';

export const command = defineCommand({
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  long: 'Makes a cron job of that name: a job of an image, by a schedule.',
  examples: `# Every night at two
kubectl create cronjob nightly --image=busybox --schedule="0 2 * * *" -- date`,
  flags: {
    ...GENERATOR_FLAGS,
    image: string('Image to run.'),
    schedule: string('When it runs, in the form of cron: minute, hour, day, month, weekday.'),
    restart: string('OnFailure or Never: whether a container that failed is started again.'),
  },
  required: ['image', 'schedule'],
  async run(call, kubectl) {
    const { image, schedule, restart } = call.flags;
    const generation = await Generation.of(call, kubectl);
    const { name, words } = generation;
    const template = { metadata: {}, spec: { containers: [container(name, image, { command: words })], restartPolicy: restart || 'OnFailure' } };
    await generation.make(
      builtIn('batch', 'v1', 'cronjobs'),
      {
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        metadata: generation.metadata(),
        spec: { schedule, jobTemplate: { metadata: { name }, spec: { template } } },
        status: {},
      },
      'failed to create cronjob:',
    );
  },
});
