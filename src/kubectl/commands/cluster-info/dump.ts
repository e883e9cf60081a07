// kubectl cluster-info dump: everything that helps to find a fault, on stdout or as files. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go
import { CommandError } from '../../failures.ts';
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { withQuery } from '../../client/resource-client.ts';
import { listOf, textOf } from '../../config/kubeconfig-files.ts';
import { folderOf } from '../../config/paths.ts';
import { defineCommand } from '../../command.ts';
import { bool, duration, string, strings } from '../../flags/flag.ts';
import { DATA_FORMATS, PRINT_FLAGS } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { printerFor } from '../../printers/printer.ts';
import { metadataOf } from '../../resources/info.ts';

/** By the name of their file. */
const RESOURCES: readonly (readonly [string, string])[] = [
  ['events', '/api/v1'],
  ['replication-controllers', '/api/v1'],
  ['services', '/api/v1'],
  ['daemonsets', '/apis/apps/v1'],
  ['deployments', '/apis/apps/v1'],
  ['replicasets', '/apis/apps/v1'],
  ['pods', '/api/v1'],
];
const EXTENSIONS: Readonly<Record<string, string>> = { json: '.json', yaml: '.yaml' };

export const command = defineCommand({
  usage: '[flags]',
  long: 'Writes nodes, events, workloads and logs of kube-system and of the current namespace to stdout, or as files into a folder.',
  examples: '# Of all namespaces, into a folder\nkubectl cluster-info dump --all-namespaces --output-directory=/tmp/state',
  flags: {
    ...PRINT_FLAGS,
    output: string(`Output format: ${DATA_FORMATS}.`, { short: 'o', preset: 'json' }),
    'all-namespaces': bool('Of all namespaces; --namespaces does not count.', { short: 'A' }),
    namespaces: strings('Of these namespaces.'),
    'output-directory': string("Folder for the files; empty or '-' is stdout."),
    'pod-running-timeout': duration('How long a pod may take to run.', { preset: 20_000 }),
  },
  async run({ flags }, kubectl) {
    const printer = await printerFor(flags, kubectl.ports, { isTyped: true });
    const wire = await kubectl.wire();
    const folder = flags['output-directory'] === '-' ? '' : flags['output-directory'];
    const extension = EXTENSIONS[flags.output] ?? '.txt';
    if (flags.output === 'name') throw new CommandError('list types are not supported by name printing: *v1.NodeList');
    const write = (name: string, object: JsonObject): Promise<void> => put(kubectl, folder, `${name}${extension}`, printer?.print(object) ?? '');
    await write('nodes', await wire.call({ method: 'GET', path: '/api/v1/nodes' }));
    for (const namespace of await namespacesOf()) {
      let pods: JsonObject = {};
      for (const [name, root] of RESOURCES) {
        const list = await wire.call({ method: 'GET', path: `${root}/namespaces/${namespace}/${name.replaceAll('-', '')}` });
        await write(`${namespace}/${name}`, list);
        if (name === 'pods') pods = list;
      }
      for (const pod of listOf(pods['items']).filter(isJsonObject))
        await put(kubectl, folder, `${namespace}/${textOf(metadataOf(pod)['name'])}/logs.txt`, await logsOf(kubectl, pod));
    }
    if (folder) kubectl.print(`Cluster info dumped to ${folder}\n`);

    async function namespacesOf(): Promise<readonly string[]> {
      if (!flags['all-namespaces']) return flags.namespaces.length ? flags.namespaces : ['kube-system', (await kubectl.namespace()).name];
      return listOf((await wire.call({ method: 'GET', path: '/api/v1/namespaces' }))['items'])
        .filter(isJsonObject)
        .map((each) => textOf(metadataOf(each)['name']));
    }
  },
});

async function put({ ports }: Kubectl, folder: string, name: string, text: string): Promise<void> {
  if (!folder) return ports.stdout.write(text);
  const path = `${folder}/${name}`;
  await ports.files.makeFolder(folderOf(path), 0o755);
  await ports.files.write(path, text);
}

async function logsOf(kubectl: Kubectl, pod: JsonObject): Promise<string> {
  const { name, namespace } = metadataOf(pod);
  const spec = isJsonObject(pod['spec']) ? pod['spec'] : {};
  const containers = [...listOf(spec['initContainers']), ...listOf(spec['containers'])].filter(isJsonObject).map((each) => textOf(each['name']));
  const wire = await kubectl.wire();
  const parts: string[] = [];
  for (const container of containers) {
    const of = `logs for container ${container} of pod ${textOf(namespace)}/${textOf(name)} ====\n`;
    const path = withQuery(`/api/v1/namespaces/${textOf(namespace)}/pods/${textOf(name)}/log`, { container });
    const text = await wire
      .text({ method: 'GET', path, accept: 'application/json, */*' })
      .catch((error: unknown) => `Request log error: ${messageOf(error)}\n`);
    parts.push(`==== START ${of}${text}==== END ${of}`);
  }
  return parts.join('');
}
