// kubectl kustomize: prints what a kustomization means.
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../failures.ts';
import { groupKindOf, metadataOf, textField } from '../resources/info.ts';
import { CLUSTER_SCOPED } from '../kustomize/field-specs.ts';
import { systemReason } from '../system-reason.ts';
import { array, bool, string, strings } from '../flags/flag.ts';

const OPEN = 'LoadRestrictionsNone';
const RESTRICTORS = ['LoadRestrictionsRootOnly', OPEN];

/** Of several namespaces, each object's stands in front. Models kustomize/kustomize/commands/build/writer.go */
function fileNames(objects: readonly JsonObject[]): readonly (readonly [string, JsonObject])[] {
  const namespaceOf = (object: JsonObject): string =>
    CLUSTER_SCOPED.has(textField(object, 'kind')) ? '' : textField(metadataOf(object), 'namespace') || 'default';
  const areSeveral = new Set(objects.map(namespaceOf).filter(Boolean)).size > 1;
  return objects.map((object) => {
    const { group, version, kind } = groupKindOf(object);
    const parts = [areSeveral ? namespaceOf(object) : '', group, version, kind, textField(metadataOf(object), 'name')];
    return [`${parts.filter(Boolean).join('_').toLowerCase()}.yaml`, object] as const;
  });
}

export const command = defineCommand({
  usage: 'DIR [flags]',
  long: 'Builds the objects of a folder with a kustomization and prints them. Without an argument it is the working folder.',
  examples: `# The working folder
kubectl kustomize

# Another one
kubectl kustomize overlays/test`,
  flags: {
    'as-current-user': bool('Run containers of functions as the user who calls.'),
    'enable-alpha-plugins': bool('Allow plugins; they are not run by this kubectl.'),
    'enable-helm': bool('Allow charts; they are not run by this kubectl.'),
    env: array('Variable of functions.', { short: 'e' }),
    'helm-api-versions': array('API versions that charts are told of.'),
    'helm-command': string('Program for charts.', { preset: 'helm' }),
    'helm-debug': bool('Let the program for charts tell more.'),
    'helm-kube-version': string('Version that charts are told of.'),
    'load-restrictor': string("'LoadRestrictionsNone' allows files outside the folder.", { preset: 'LoadRestrictionsRootOnly' }),
    mount: strings('Storage of functions.'),
    network: bool('Allow the network to functions.'),
    'network-name': string('Network of functions.', { preset: 'bridge' }),
    output: string('File or folder to write to.', { short: 'o' }),
  },
  async run({ args, flags }, kubectl) {
    if (args.length > 1) throw new CommandError('specify one path to kustomization.yaml');
    const restrictor = flags['load-restrictor'];
    if (!RESTRICTORS.includes(restrictor))
      throw new CommandError(`illegal flag value --load-restrictor ${restrictor}; legal values: [${RESTRICTORS.join(' ')}]`);
    const { buildKustomization, manifestsOf } = await import('../kustomize/build.ts');
    const objects = await buildKustomization(args[0] ?? '.', kubectl.ports, restrictor === OPEN);
    if (!flags.output) return kubectl.print(manifestsOf(objects));
    const { files } = kubectl.ports;
    const status = await files.stat(flags.output).catch(() => undefined); // made below
    const written =
      status?.kind === 'directory'
        ? fileNames(objects).map(([name, object]) => [`${flags.output}/${name}`, goYaml(object)] as const)
        : [[flags.output, manifestsOf(objects)] as const];
    for (const [path, text] of written)
      await files.write(path, text).catch((error: unknown) => {
        throw new CommandError(systemReason(error, path));
      });
  },
});
