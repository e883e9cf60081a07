// kubectl run: a pod of one container. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/run/run.go
import type { JsonObject, JsonValue } from '../../kube/machinery/json.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { variableNameProblems } from '../writes/variable-name.ts';
import { CommandError } from '../failures.ts';
import { array, bool, duration, string, type FlagSpecs } from '../flags/flag.ts';
import { DELETION_FLAGS } from '../flags/deletion.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { metadataOf } from '../resources/info.ts';
import { cascadeOf } from '../writes/cascade.ts';
import { dryRunOf, type DryRun } from '../writes/dry-run.ts';
import { IMAGE } from '../writes/image-reference.ts';
import { refreshTypedLastApplied } from '../writes/last-applied.ts';
import { overridden, OVERRIDE_FLAGS } from '../writes/overrides.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter, type Report } from '../writes/report.ts';
import { builtIn, SAVE_CONFIG } from './create/generated.ts';
import { container } from './create/pod-template.ts';
import { labelPairs } from './expose/labels.ts';

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is replaced'),
  ...DELETION_FLAGS,
  ...OVERRIDE_FLAGS,
  record: RECORD,
  annotations: array('Annotation of the pod, as KEY=VALUE; can be given several times.'),
  attach: bool('Wait until the pod runs and attach to it; the preset with -i.'),
  command: bool('What stands behind the name is the command of the container, and not its arguments.'),
  'dry-run': DRY_RUN,
  env: array('Variable of the container, as KEY=VALUE; can be given several times.'),
  expose: bool('Make a service for the pod too; needs --port.'),
  'field-manager': fieldManager('kubectl-run'),
  image: string('Image to run.'),
  'image-pull-policy': string('Always, IfNotPresent or Never: when the image is pulled.'),
  labels: string('Labels of the pod, as KEY=VALUE with commas between them.', { short: 'l' }),
  'leave-stdin-open': bool('Standard input stays open when the first who attached has gone.'),
  'pod-running-timeout': duration('How long to wait until the pod runs.', { preset: 60_000 }),
  port: string('Port that the container listens on.'),
  privileged: bool('Run the container with all rights.'),
  quiet: bool('Say nothing but what the container says.', { short: 'q' }),
  restart: string('Always, OnFailure or Never: when the container is started again.', { preset: 'Always' }),
  rm: bool('Delete the pod when it has ended; only when attached to it.'),
  'save-config': SAVE_CONFIG,
  stdin: bool('Keep standard input of the container open.', { short: 'i' }),
  tty: bool('Give the container a terminal.', { short: 't' }),
} as const satisfies FlagSpecs;
type RunCall = Call<typeof flags>;

export const command = defineCommand({
  usage: 'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  long: 'Makes a pod that runs an image.',
  examples: `# A pod of nginx
kubectl run web --image=nginx --port=80

# With labels and a variable
kubectl run web --image=nginx --labels="app=web,tier=front" --env="MODE=test"

# A shell, for as long as it is used
kubectl run -it --rm shell --image=busybox --restart=Never -- sh

# What would be made
kubectl run web --image=nginx --dry-run=client -o yaml`,
  flags,
  required: ['image'],
  async run(call, kubectl) {
    const { flags: given } = call;
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'created', dryRun, { isTyped: true });
    cascadeOf(given.cascade, kubectl);
    const isAttached = call.changed('attach') ? given.attach : given.attach || given.stdin;
    check(call, isAttached, dryRun);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const maker = new Maker(call, kubectl, { dryRun, namespace, isExplicit });
    const pod = await maker.make('pods', await overridden(podOf(call), given, kubectl));
    const errors: unknown[] = [];
    const made = [pod];
    if (given.expose)
      await maker.expose(report).then(
        (service) => made.push(service),
        (error: unknown) => errors.push(error),
      );
    if (isAttached) return attached(call, kubectl, made);
    report(pod);
    if (errors.length) throw errors[0];
  },
});

async function attached({ flags: given }: RunCall, kubectl: Kubectl, made: readonly JsonObject[]): Promise<void> {
  const { runAttached, removeMade } = await import('./run/run-attached.ts');
  const [pod = {}] = made;
  try {
    await runAttached(kubectl, {
      pod,
      wishes: given,
      timeoutMs: given['pod-running-timeout'],
      restart: given.restart || (given.stdin ? 'OnFailure' : 'Always'),
      leavesStdinOpen: given['leave-stdin-open'],
    });
  } finally {
    // Ctrl-C leaves the pod as it is.
    if (given.rm && !kubectl.ports.interrupted.aborted) await removeMade(kubectl, made, given.quiet);
  }
}

function check(call: RunCall, isAttached: boolean, dryRun: DryRun): void {
  const { args, dash, flags: given } = call;
  if (!args.length || dash === 0) throw usageError(call, 'NAME is required for run');
  if (given['pod-running-timeout'] <= 0) throw usageError(call, '--pod-running-timeout must be higher than zero');
  if (!given.image) throw new CommandError('--image is required');
  if (!IMAGE.test(given.image)) throw new CommandError(`Invalid image name ${goQuote(given.image)}: invalid reference format`);
  if (given.tty && !given.stdin) throw usageError(call, '-i/--stdin is required for containers with -t/--tty=true');
  if (given.expose && !given.port) throw usageError(call, '--port must be set when exposing a service');
  if (!['', 'Always', 'OnFailure', 'Never'].includes(given.restart)) throw usageError(call, `invalid restart policy: ${given.restart}`);
  if (!isAttached && given.rm) throw usageError(call, '--rm should only be used for attached containers');
  if (isAttached && dryRun !== 'none')
    throw usageError(call, "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(given['image-pull-policy']))
    throw usageError(call, `invalid image pull policy: ${given['image-pull-policy']}`);
}

/** Models generate/versioned/run.go (BasicPod) */
function podOf({ args, flags: given }: RunCall): JsonObject {
  const [name = '', ...words] = args;
  const env = given.env.map(variable);
  const annotations = annotationsIn(given.annotations);
  if (!name) throw new CommandError('Parameter: name is required');
  const labels = given.labels ? labelPairs(given.labels) : { run: name };
  const more: Record<string, JsonValue> = {};
  if (given['image-pull-policy']) more['imagePullPolicy'] = given['image-pull-policy'];
  if (given.privileged) more['securityContext'] = { privileged: true };
  if (given.stdin) more['stdin'] = true;
  if (given.stdin && !given['leave-stdin-open']) more['stdinOnce'] = true;
  if (given.tty) more['tty'] = true;
  const ports = given.port ? [{ containerPort: portOf(given.port) }] : [];
  const own = container(name, given.image, { ...(given.command ? { command: words } : { args: words }), ports, env, more });
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, labels, ...(Object.keys(annotations).length ? { annotations } : {}) },
    spec: { containers: [own], restartPolicy: given.restart || 'Always', dnsPolicy: 'ClusterFirst' },
    status: {},
  };
}

function variable(word: string): JsonObject {
  const equals = word.indexOf('=');
  const name = word.slice(0, Math.max(equals, 0));
  if (equals <= 0 || variableNameProblems(name).length) throw new CommandError(`invalid env: ${word}`);
  const value = word.slice(equals + 1);
  return value ? { name, value } : { name };
}

function annotationsIn(words: readonly string[]): Readonly<Record<string, string>> {
  const odd = words.filter((word) => word.indexOf('=') <= 0);
  if (odd.length) throw new CommandError(`invalid annotations format: ${odd.join(', ')}`);
  return Object.fromEntries(
    words.map((word): [string, string] => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function portOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new CommandError(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  return Number(text) | 0;
}

interface Means {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly isExplicit: boolean;
}

class Maker {
  readonly #call: RunCall;
  readonly #kubectl: Kubectl;
  readonly #means: Means;

  constructor(call: RunCall, kubectl: Kubectl, means: Means) {
    this.#call = call;
    this.#kubectl = kubectl;
    this.#means = means;
  }

  async make(resource: string, object: JsonObject): Promise<JsonObject> {
    const { dryRun, namespace, isExplicit } = this.#means;
    const { flags: given } = this.#call;
    const wanted = recorded(this.#call, object);
    if (dryRun === 'client') {
      const { name = '', ...metadata } = metadataOf(wanted);
      return isExplicit ? { ...wanted, metadata: { name, namespace, ...metadata } } : wanted;
    }
    const client = await this.#kubectl.client(builtIn('', 'v1', resource));
    const write = { fieldManager: given['field-manager'], dryRun: dryRun === 'server' };
    return client.create({ namespace }, refreshTypedLastApplied(wanted, given['save-config']), write);
  }

  /** The service of the pod, printed at once. */
  async expose(report: Report): Promise<JsonObject> {
    const { args, flags: given } = this.#call;
    const [name = ''] = args;
    const labels = given.labels ? labelPairs(given.labels) : undefined;
    const port = portOf(given.port);
    const service = await this.make('services', {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name, ...(labels ? { labels } : {}) },
      spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: labels ?? { run: name } },
      status: { loadBalancer: {} },
    });
    report(service);
    if (given.output === 'yaml') this.#kubectl.print('---\n');
    return service;
  }
}
