// kubectl describe: what objects are and what happened to them, at length. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { defineCommand, type Call } from '../command.ts';
import { DescribeMeans } from '../describe/describer.ts';
import { describerFor } from '../describe/registry.ts';
import { CommandError, throwAll } from '../failures.ts';
import { bool, int } from '../flags/flag.ts';
import { ALL_NAMESPACES, CHUNK_SIZE_PRESET, fileFlags, SELECTOR } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';

const flags = {
  'all-namespaces': ALL_NAMESPACES,
  'chunk-size': int('How many objects are asked for at a time; 0 asks for all at once.', { preset: CHUNK_SIZE_PRESET }),
  ...fileFlags('is described'),
  selector: SELECTOR,
  'show-events': bool('Also what happened to it.', { preset: true }),
} as const;

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  long: 'Shows one object or several at length, together with what belongs to them: events, pods, endpoints.\n\n A name that no object has is taken for the beginning of names. "kubectl api-resources" lists the types.',
  examples: `# A node
kubectl describe node node01

# A pod, by type and name together
kubectl describe pod/web

# What a manifest describes, as it is on the cluster
kubectl describe -f web.yaml

# All pods of the namespace, then those with a label
kubectl describe pods
kubectl describe pods -l app=shop

# All pods whose names begin with web
kubectl describe pods web`,
  flags,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    const namespace = await kubectl.namespace();
    if (!args.length && !given.filename.length && !given.kustomize)
      throw new CommandError('You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.');
    const means = new DescribeMeans(kubectl, { showEvents: given['show-events'], chunkSize: given['chunk-size'] });
    const selected = await select(kubectl, {
      args,
      isTypeEnough: true,
      files: given,
      namespace: namespace.name,
      enforceNamespace: namespace.isExplicit && !given['all-namespaces'],
      allNamespaces: given['all-namespaces'],
      labelSelector: given.selector,
      chunkSize: given['chunk-size'],
      continueOnError: true,
    });
    const { infos, error } = await selected.infos();
    const [type = '', prefix = ''] = args;
    if (error && isNotFound(error) && args.length === 2) return describeMatching(call, kubectl, { type, prefix, error, means });
    const errors = new Map<string, Error>();
    let isFirst = true;
    for (const info of infos)
      try {
        const text = await describe(info, means);
        kubectl.print(isFirst ? text : `\n\n${text}`);
        isFirst = false;
      } catch (failure) {
        const { message } = failure as Error;
        if (!errors.has(message)) errors.set(message, failure as Error);
      }
    if (!infos.length && !error) kubectl.complain(given['all-namespaces'] ? 'No resources found\n' : `No resources found in ${namespace.name} namespace.\n`);
    throwAll([...(error ? [error] : []), ...errors.values()]);
  },
});

async function describe({ resource, namespace, name }: Info, means: DescribeMeans): Promise<string> {
  if (!resource) throw new Error(`${name} belongs to no resource of the server`);
  return (await describerFor(resource))({ namespace, name }, means);
}

interface Prefixed {
  readonly type: string;
  readonly prefix: string;
  /** That no object has that name. */
  readonly error: Error;
  readonly means: DescribeMeans;
}
async function describeMatching({ flags: given }: Call<typeof flags>, kubectl: Kubectl, { type, prefix, error, means }: Prefixed): Promise<void> {
  const { name } = await kubectl.namespace();
  const selected = await select(kubectl, { args: [type], isTypeEnough: true, namespace: name, singleResourceType: true, chunkSize: given['chunk-size'] });
  const { infos, error: failure } = await selected.infos();
  if (failure) throw failure;
  const found = infos.filter((info) => info.name.startsWith(prefix));
  if (!found.length) throw error;
  for (const info of found) kubectl.print(`${await describe(info, means)}\n`);
}
