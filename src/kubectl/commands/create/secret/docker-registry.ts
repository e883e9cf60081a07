// kubectl create secret docker-registry. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_docker.go
import { goJson } from '../../../../kube/machinery/go-json.ts';
import { defineCommand } from '../../../command.ts';
import { CommandError } from '../../../failures.ts';
import { string } from '../../../flags/flag.ts';
import { addFiles, DATA_FLAGS } from '../data-sources.ts';
import { Generation, GENERATOR_FLAGS, requireName } from '../generated.ts';
import { SecretData } from '../secret-data.ts';

const KEY = '.dockerconfigjson';

export const command = defineCommand({
  usage:
    'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  long: 'Makes a secret with which images can be pulled from a registry that asks for a password. Pods name it in their imagePullSecrets.',
  examples: `# With a name and a password
kubectl create secret docker-registry registry --docker-server=registry.example.com --docker-username=me --docker-password=topsecret

# What docker login has left behind
kubectl create secret docker-registry registry --from-file=$HOME/.docker/config.json`,
  flags: {
    ...GENERATOR_FLAGS,
    'append-hash': DATA_FLAGS['append-hash'],
    'from-file': DATA_FLAGS['from-file'],
    'docker-username': string('Name at the registry.'),
    'docker-password': string('Password at the registry.'),
    'docker-email': string('E-mail address at the registry.'),
    'docker-server': string('Address of the registry.', { preset: 'https://index.docker.io/v1/' }),
  },
  async run(call, kubectl) {
    const { flags } = call;
    const { 'docker-username': username, 'docker-password': password, 'docker-email': email, 'docker-server': server } = flags;
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    const files = flags['from-file'].map((source) => (source.includes('=') ? source : `${KEY}=${source}`));
    if (!files.length && (!username || !password || !server))
      throw new CommandError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required');
    const data = new SecretData();
    if (files.length) await addFiles(files, kubectl.ports, (key, value) => data.add(key, value));
    else {
      const auth = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
      const entry = { username, password, ...(email ? { email } : {}), auth };
      data.add(KEY, Buffer.from(goJson({ auths: { [server]: entry } }), 'utf8'));
    }
    await data.make(generation, 'kubernetes.io/dockerconfigjson', flags['append-hash']);
  },
});
