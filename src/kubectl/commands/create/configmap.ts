// kubectl create configmap. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../../kube/machinery/names.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { contentHash } from '../../writes/content-hash.ts';
import { addEnvFiles, addFiles, addLiterals, DATA_FLAGS, isUtf8, sortedObject } from './data-sources.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';

export const command = defineCommand({
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  long: 'Makes a config map of files, folders and literal values.\n\n Of a folder the files that are in it count whose names can be keys; whatever else is in it is passed over.',
  examples: `# Two values
kubectl create configmap settings --from-literal=level=info --from-literal=theme=dark

# The files of a folder
kubectl create configmap pages --from-file=html/

# A file under another key
kubectl create configmap settings --from-file=app.properties=local.properties

# A file of KEY=VALUE lines
kubectl create configmap settings --from-env-file=local.env`,
  flags: { ...GENERATOR_FLAGS, ...DATA_FLAGS },
  async run(call, kubectl) {
    const { flags } = call;
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    if (flags['from-env-file'].length && (flags['from-file'].length || flags['from-literal'].length))
      throw new CommandError('from-env-file cannot be combined with from-file or from-literal');
    const data = new Map<string, string>();
    const binaryData = new Map<string, string>();
    const check = (key: string): void => {
      const problems = validateConfigMapKey(key);
      if (problems.length) throw new CommandError(`${goQuote(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`);
      for (const [field, map] of [
        ['Data', data],
        ['BinaryData', binaryData],
      ] as const)
        if (map.has(key))
          throw new CommandError(
            `cannot add key ${goQuote(key)}, another key by that name already exists in ${field} for ConfigMap ${goQuote(generation.name)}`,
          );
    };
    const add = (key: string, value: Uint8Array): void => {
      check(key);
      if (isUtf8(value)) data.set(key, Buffer.from(value).toString('utf8'));
      else binaryData.set(key, Buffer.from(value).toString('base64'));
    };
    await addFiles(flags['from-file'], kubectl.ports, add);
    addLiterals(flags['from-literal'], add);
    await addEnvFiles(flags['from-env-file'], kubectl.ports, 'config', add);
    const content = {
      ...(data.size ? { data: sortedObject(data) } : {}),
      ...(binaryData.size ? { binaryData: sortedObject(binaryData) } : {}),
    };
    const hashed: JsonObject = { kind: 'ConfigMap', name: generation.name, data: {}, ...content };
    const name = flags['append-hash'] ? `${generation.name}-${await contentHash(hashed)}` : generation.name;
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: generation.metadata({}, name), ...content };
    await generation.make(builtIn('', 'v1', 'configmaps'), object, 'failed to create configmap:');
  },
});
