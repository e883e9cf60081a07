// kubectl create secret generic. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret.go
import { defineCommand } from '../../../command.ts';
import { CommandError } from '../../../failures.ts';
import { string } from '../../../flags/flag.ts';
import { addEnvFiles, addFiles, addLiterals, DATA_FLAGS } from '../data-sources.ts';
import { Generation, GENERATOR_FLAGS, requireName } from '../generated.ts';
import { SecretData } from '../secret-data.ts';

export const command = defineCommand({
  usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  long: 'Makes a secret of files, folders and literal values.',
  examples: `# Two values
kubectl create secret generic login --from-literal=user=admin --from-literal=password=topsecret

# Files, one of them under another key
kubectl create secret generic keys --from-file=id_rsa --from-file=public=id_rsa.pub

# A file of KEY=VALUE lines
kubectl create secret generic login --from-env-file=login.env`,
  flags: { ...GENERATOR_FLAGS, ...DATA_FLAGS, type: string('Type of the secret.') },
  async run(call, kubectl) {
    const { flags } = call;
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    if (flags['from-env-file'].length && (flags['from-file'].length || flags['from-literal'].length))
      throw new CommandError('from-env-file cannot be combined with from-file or from-literal');
    const data = new SecretData();
    const add = (key: string, value: Uint8Array): void => data.add(key, value);
    addLiterals(flags['from-literal'], add);
    await addFiles(flags['from-file'], kubectl.ports, add);
    await addEnvFiles(flags['from-env-file'], kubectl.ports, 'secret', add);
    await data.make(generation, flags.type, flags['append-hash']);
  },
});
