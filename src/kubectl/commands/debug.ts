// kubectl debug: containers to look into pods and nodes with. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/debug/debug.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { notFound } from '../../kube/machinery/status-error.ts';
import { parseYaml } from '../../kube/machinery/yaml.ts';
import { messageOf } from '../../errors/app-error.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, pairs, string, strings, type FlagSpecs } from '../flags/flag.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { groupKindOf, metadataOf, textField } from '../resources/info.ts';
import { untilDone } from '../resources/until.ts';
import { attachOrShow, showOutput } from '../streams/attaching.ts';
import { containerStatus, objectField } from '../streams/pod-fields.ts';
import { PODS } from '../streams/pods-of.ts';
import { systemReason } from '../system-reason.ts';
import { IMAGE } from '../writes/image-reference.ts';
import { Debugger, type Debugging } from './debug/debug-targets.ts';
import { profileNamed } from './debug/profiles.ts';

const ofCopy = (what: string): string => `${what}; only with --copy-to.`;

const flags = {
  'arguments-only': bool('What stands behind -- are arguments of the container, and not its command.'),
  attach: bool('Wait until the container runs and attach to it; the preset with -i.'),
  container: string('Name of the debugging container.', { short: 'c' }),
  'copy-to': string('Name of a copy of the pod to make.'),
  custom: string('File with parts of a container, in JSON or YAML, that have the last word.'),
  env: pairs('Variables of the container, as KEY=VALUE.', { presetText: '[]' }),
  filename: strings('File of what to look into.', { short: 'f' }),
  image: string('Image of the debugging container.'),
  'image-pull-policy': string('Always, IfNotPresent or Never: when the image is pulled.'),
  'keep-annotations': bool(ofCopy('Keep the annotations of the pod')),
  'keep-init-containers': bool(ofCopy('Run the init containers of the pod'), { preset: true }),
  'keep-labels': bool(ofCopy('Keep the labels of the pod')),
  'keep-liveness': bool(ofCopy('Keep the liveness probes')),
  'keep-readiness': bool(ofCopy('Keep the readiness probes')),
  'keep-startup': bool(ofCopy('Keep the startup probes')),
  profile: string('legacy, general, baseline, netadmin, restricted or sysadmin: what the container may do.', { preset: 'legacy' }),
  quiet: bool('Say nothing but what the container says.', { short: 'q' }),
  replace: bool(ofCopy('Delete the pod once it is copied')),
  'same-node': bool(ofCopy('Put the copy on the node of the pod')),
  'set-image': pairs(ofCopy('Images of containers, as NAME=IMAGE'), { presetText: '[]' }),
  'share-processes': bool(ofCopy('Let the containers see the processes of one another'), { preset: true }),
  stdin: bool('Keep standard input of the container open.', { short: 'i' }),
  target: string('Container whose processes the new one should see.'),
  tty: bool('Give the container a terminal.', { short: 't' }),
} as const satisfies FlagSpecs;
type DebugCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  long: 'Helps to look into what runs: adds a container to a pod, makes a copy of a pod with something changed, or starts a pod that sees a node from within.',
  examples: `# A container beside the others of a pod
kubectl debug web -it --image=busybox --target=app

# A copy of the pod with another image
kubectl debug web --copy-to=web-debug --set-image=app=busybox

# On a node, whose files are at /host
kubectl debug node/worker -it --image=busybox`,
  flags,
  async run(call, kubectl) {
    const { flags: given, args, dash } = call;
    const names = dash >= 0 && args.length > dash ? args.slice(0, dash) : args;
    const words = dash >= 0 ? args.slice(dash) : [];
    const isAttached = call.changed('attach') ? given.attach : given.attach || given.stdin;
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const apply = profileNamed(given.profile);
    const custom = given.custom ? await customProfile(given.custom, kubectl) : undefined;
    await kubectl.wire();
    check(call, { names, words, isAttached });
    if (given.target && !given.quiet)
      kubectl.print(
        `Targeting container ${goQuote(given.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    if (given.tty && !given.stdin) throw new CommandError('-i/--stdin is required for containers with -t/--tty=true');
    if (custom && ['name', 'command', 'image', 'lifecycle', 'volumeDevices'].some((field) => custom[field] !== undefined))
      throw new CommandError('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
    if (given.profile === 'legacy')
      kubectl.complain(
        '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
      );
    const debug = new Debugger(kubectl, {
      words,
      wordsAreArguments: given['arguments-only'],
      container: given.container,
      copyTo: given['copy-to'],
      env: given.env,
      image: given.image,
      pullPolicy: given['image-pull-policy'],
      stdin: given.stdin,
      tty: given.tty,
      quiet: given.quiet,
      replaces: given.replace,
      staysOnNode: given['same-node'],
      setImages: given['set-image'],
      sharesProcesses: call.changed('share-processes') ? given['share-processes'] : undefined,
      target: given.target,
      apply,
      kept: {
        labels: given['keep-labels'],
        annotations: given['keep-annotations'],
        liveness: given['keep-liveness'],
        readiness: given['keep-readiness'],
        startup: given['keep-startup'],
        initContainers: given['keep-init-containers'],
      },
      custom,
    });
    const selected = await select(kubectl, {
      files: { filename: given.filename, kustomize: '', recursive: false },
      ...(names.length ? { named: { type: 'pods', names } } : {}),
      namespace,
      enforceNamespace: isExplicit,
    });
    const targets: Readonly<Record<string, (object: JsonObject) => Promise<Debugging>>> = {
      Node: (object) => debug.onNode(object, namespace),
      Pod: (object) => debug.inPod(object),
    };
    await selected.visit(async (info) => {
      const { group, version, kind } = groupKindOf(info.content);
      const start = group === '' && Object.hasOwn(targets, kind) ? targets[kind] : undefined;
      if (!start) throw new CommandError(`${goQuote(`${group}/${version}, Kind=${kind}`)} not supported by debug`);
      const debugging = await start(info.content);
      if (isAttached && debugging.container) await attachWhenRunning(kubectl, debugging, given);
    });
  },
});

async function customProfile(path: string, { ports }: Kubectl): Promise<JsonObject> {
  const data = await ports.files.read(path).catch((error: unknown) => {
    throw new CommandError(`must pass a container spec json file for custom profile: ${systemReason(error, path)}`);
  });
  let value: unknown;
  try {
    ({ value } = parseYaml(Buffer.from(data).toString('utf8')));
  } catch (error) {
    throw new CommandError(`${path} does not contain a valid container spec: ${messageOf(error)}`);
  }
  if (!isJsonObject(value)) throw new CommandError(`${path} does not contain a valid container spec: it is no object`);
  return value;
}

interface Asked {
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly isAttached: boolean;
}

function check({ flags: given, changed }: DebugCall, { names, words, isAttached }: Asked): void {
  const fail = (message: string): never => {
    throw new CommandError(message);
  };
  const { image, container, 'copy-to': copyTo, 'set-image': setImages } = given;
  const setsImages = Object.keys(setImages).length > 0;
  if (isAttached && changed('attach') && !image && !container) fail('you must specify --container or create a new container using --image in order to attach.');
  if (copyTo) {
    if (!image && !setsImages && !words.length) fail('you must specify --image, --set-image or command arguments.');
    if (words.length && !container && !image) fail('you must specify an existing container or a new image when specifying args.');
  } else {
    if (given.replace) fail('--replace may only be used with --copy-to.');
    if (given['same-node']) fail('--same-node may only be used with --copy-to.');
    if (setsImages) fail('--set-image may only be used with --copy-to.');
    if (!image) fail('you must specify --image when not using --copy-to.');
  }
  if (image && !IMAGE.test(image)) fail(`invalid image name ${goQuote(image)}: invalid reference format`);
  if (!names.length && !given.filename.length) fail('NAME or filename is required for debug');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(given['image-pull-policy'])) fail(`invalid image pull policy: ${given['image-pull-policy']}`);
  for (const [name, each] of Object.entries(setImages))
    if (!IMAGE.test(each)) fail(`invalid image name ${goQuote(each)} for container ${goQuote(name)}: invalid reference format`);
  if (given.target && copyTo) fail('--target is incompatible with --copy-to. Use --share-processes instead.');
}

/** Waits until the container runs or has ended, and shows why it does not. */
async function attachWhenRunning(kubectl: Kubectl, { pod, container }: Debugging, { stdin, tty, quiet }: DebugCall['flags']): Promise<void> {
  const stateOf = (object: JsonObject | undefined): JsonObject => objectField((object && containerStatus(object, container)) ?? {}, 'state');
  let wasThere = false;
  const running = await untilDone(
    {
      client: await kubectl.client(PODS),
      namespace: textField(metadataOf(pod), 'namespace'),
      name: textField(metadataOf(pod), 'name'),
      timeoutMs: 0,
      timedOut: () => new CommandError('timed out waiting for the condition'),
      isDone(object) {
        if (!object && wasThere) throw notFound({ group: '', resource: 'pods' }, '');
        wasThere ||= object !== undefined;
        const state = stateOf(object);
        if (state['running'] ?? state['terminated']) return true;
        const why = textField(objectField(state, 'waiting'), 'message');
        if (why && !quiet) kubectl.printWarning(`container ${container}: ${why}`);
        return false;
      },
    },
    kubectl.ports,
  );
  const attachment = { pod: running ?? pod, container, commandName: 'kubectl attach', stdin, tty, quiet };
  await (stateOf(running)['terminated'] ? showOutput(kubectl, attachment) : attachOrShow(kubectl, attachment));
}
