// kubectl kustomize: prints what a kustomization means.
import { defineCommand } from '../command.ts';
import { CommandError } from '../failures.ts';
import { array, bool, string, strings } from '../flags/flag.ts';

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
    const { buildToYaml } = await import('../kustomize/build.ts');
    const text = await buildToYaml(args[0] ?? '.', kubectl.ports);
    if (flags.output) await kubectl.ports.files.write(flags.output, text);
    else kubectl.print(text);
  },
});
