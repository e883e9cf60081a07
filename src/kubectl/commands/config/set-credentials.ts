// kubectl config set-credentials. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/set_credentials.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { listOf, textOf } from '../../config/kubeconfig-files.ts';
import { withEntry } from '../../config/kubeconfig-model.ts';
import { absolute } from '../../config/paths.ts';
import { defineCommand, type Call } from '../../command.ts';
import { CommandError, HelpFirst } from '../../failures.ts';
import { array, string, strings, tristate } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import type { Ports } from '../../ports.ts';
import { embedded, requireFile } from './certificates.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';

const flags = {
  'client-certificate': string('File with the client certificate.'),
  'client-key': string('File with its key.'),
  token: string('Bearer token.'),
  username: string('Name for basic authentication.'),
  password: string('Password for basic authentication.'),
  'auth-provider': string('Authentication provider.'),
  'auth-provider-arg': strings("What the provider needs, as 'key=value'."),
  'exec-command': string('Program that gets the credentials.'),
  'exec-api-version': string('API version that the program speaks.'),
  'exec-interactive-mode': string('Whether the program may ask: Never, IfAvailable, Always.'),
  'exec-provide-cluster-info': tristate('Tell the program of the cluster.'),
  'exec-arg': strings('Arguments of the program.'),
  'exec-env': array("Environment of the program, as 'key=value'; 'key-' takes one away."),
  'embed-certs': tristate('Keep certificate and key in the kubeconfig itself.'),
} as const;
type Flags = Call<typeof flags>;

interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

export const command = defineCommand({
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]',
  long: 'Makes a user, or sets what is named of one that is there. A token and a password exclude each other.',
  examples: '# Keep certificate and key of dana\nkubectl config set-credentials dana --client-certificate=dana.crt --client-key=dana.key --embed-certs=true',
  flags,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    const [name = ''] = args;
    if (args.length !== 1) throw unexpectedArguments(call, 'unexpected');
    const provider = pairsOf(given['auth-provider-arg'], 'auth-provider-arg');
    const env = pairsOf(given['exec-env'], 'exec-env');
    await check(call, name, kubectl.ports);
    const model = await readModel(kubectl);
    let fields: JsonObject = { ...model.users.get(name)?.fields, ...(await certificates(call, kubectl.ports)) };
    fields = withProvider(withPasswords(fields, call), call, provider);
    await saveModel(kubectl, model, withEntry(model, 'users', name, withExec(fields, call, env)));
    kubectl.print(`User ${goQuote(name)} set.\n`);
  },
});

function pairsOf(words: readonly string[], what: string): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1));
    else if (word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1));
    else invalid.push(word);
  }
  if (invalid.length) throw new HelpFirst(new CommandError(`invalid ${what} format: ${invalid.join(', ')}`));
  return { set, remove };
}

async function check({ flags: given, changed }: Flags, name: string, ports: Ports): Promise<void> {
  if (!name) throw new CommandError('you must specify a non-empty user name');
  if (given.token && (given.username || given.password))
    throw new CommandError('you cannot specify more than one authentication method at the same time: --token, --username/--password');
  if (given['embed-certs'] === 'true') {
    const [certificate, key] = [given['client-certificate'], given['client-key']];
    if (!certificate && !key) throw new CommandError('you must specify a --client-certificate or --client-key to embed');
    if (certificate) await requireFile(ports, 'client-certificate', certificate);
    if (key) await requireFile(ports, 'client-key', key);
  }
  if (changed('exec-interactive-mode') && !['IfAvailable', 'Always', 'Never'].includes(given['exec-interactive-mode']))
    throw new CommandError('invalid interactive mode type, can be only IfAvailable, Never, Always');
}

async function certificates({ flags: given, changed }: Flags, ports: Ports): Promise<JsonObject> {
  const set: Record<string, JsonValue> = {};
  for (const field of ['client-certificate', 'client-key'] as const) {
    if (!changed(field)) continue;
    const embeds = given['embed-certs'] === 'true';
    set[field] = embeds ? '' : absolute(given[field], ports.files.cwd);
    set[`${field}-data`] = embeds ? await embedded(ports, given[field]) : '';
  }
  return set;
}

/** A token takes the place of a password, and the other way round. */
function withPasswords(fields: JsonObject, { flags: given, changed }: Flags): JsonObject {
  const set: Record<string, JsonValue> = {};
  for (const field of ['token', 'username', 'password'] as const) if (changed(field)) set[field] = given[field];
  const setsToken = Boolean(set['token']);
  const setsPassword = Boolean(set['username'] ?? '') || Boolean(set['password'] ?? '');
  return {
    ...fields,
    ...set,
    ...(setsToken && !setsPassword ? { username: '', password: '' } : {}),
    ...(setsPassword && !setsToken ? { token: '' } : {}),
  };
}

function withProvider(fields: JsonObject, { flags: given, changed }: Flags, { set, remove }: Pairs): JsonObject {
  const present = isJsonObject(fields['auth-provider']) ? fields['auth-provider'] : undefined;
  const isNew = changed('auth-provider') && textOf(present?.['name']) !== given['auth-provider'];
  const provider = isNew ? { name: given['auth-provider'] } : present;
  if (!provider) return fields;
  const config: Record<string, JsonValue> = { ...(isJsonObject(provider['config']) ? (provider['config'] as Record<string, JsonValue>) : {}) };
  for (const key of remove) delete config[key];
  for (const [key, value] of set) config[key] = value;
  return { ...fields, 'auth-provider': { name: provider['name'] ?? '', config } };
}

function withExec(fields: JsonObject, { flags: given, changed }: Flags, { set, remove }: Pairs): JsonObject {
  const present = isJsonObject(fields['exec']) ? fields['exec'] : undefined;
  if (!present && !changed('exec-command')) return fields;
  const exec: Record<string, JsonValue | undefined> = { ...present };
  if (changed('exec-command')) Object.assign(exec, { command: given['exec-command'], args: null });
  if (changed('exec-api-version')) exec['apiVersion'] = given['exec-api-version'];
  if (given['exec-arg'].length) exec['args'] = given['exec-arg'];
  if (changed('exec-interactive-mode')) exec['interactiveMode'] = given['exec-interactive-mode'];
  if (changed('exec-provide-cluster-info')) exec['provideClusterInfo'] = given['exec-provide-cluster-info'] === 'true';
  const before = listOf(exec['env']).filter((each): each is JsonObject => isJsonObject(each) && !remove.includes(textOf(each['name'])));
  const names = new Set(before.map((each) => textOf(each['name'])));
  exec['env'] = [
    ...before.map((each) => ({ ...each, value: set.get(textOf(each['name'])) ?? each['value'] ?? '' })),
    ...[...set].filter(([name]) => !names.has(name)).map(([name, value]) => ({ name, value })),
  ];
  return { ...fields, exec };
}
