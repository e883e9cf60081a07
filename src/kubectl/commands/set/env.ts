// kubectl set env. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go
import { messageOf } from '../../../errors/app-error.ts';
import { textOf } from '../../../kube/client/transport.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { defineCommand, type Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { array, bool, string, strings, type FlagSpecs } from '../../flags/flag.ts';
import { SELECTOR } from '../../flags/sets.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { textField, type Info } from '../../resources/info.ts';
import { dryRunOf, type DryRun } from '../../writes/dry-run.ts';
import { reporter } from '../../writes/report.ts';
import { References, referenceText } from './env-references.ts';
import { environmentOf, splitEnvironment, updatedEnvironment, type Environment } from './env-words.ts';
import { containersOf, isMeant, withContainers, withPodSpec } from './pod-spec.ts';
import { changeTargets, SET_FLAGS, targetsOf } from './target.ts';

const flags = {
  ...SET_FLAGS,
  selector: SELECTOR,
  containers: string('Containers that are meant; * stands for any text.', { preset: '*', short: 'c' }),
  env: array('Variable, as KEY=VALUE; can be given several times.', { short: 'e' }),
  from: string('Config map or secret whose keys become variables.'),
  keys: strings('Keys of it that count; all without it.'),
  list: bool('Show the variables as they are or would be.'),
  overwrite: bool('Variables that are there may be changed.', { preset: true }),
  prefix: string('Text before the names of the variables.'),
  resolve: bool('Look up what config maps and secrets hold when variables are listed.'),
} as const satisfies FlagSpecs;
type EnvCall = Call<typeof flags>;

export const command = defineCommand({
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  long: 'Sets and removes variables of containers, or shows them.\n\n With - as an argument they are read from standard input.',
  examples: `# Set one
kubectl set env deployment/web MODE=test

# Remove it
kubectl set env deployment/web MODE-

# All keys of a config map
kubectl set env --from=configmap/settings deployment/web

# What there is
kubectl set env deployment/web --list`,
  flags,
  async run(call, kubectl) {
    const { flags: given } = call;
    if (given.all && given.selector) throw new CommandError('cannot set --all and --selector at the same time');
    const { resources, words } = splitEnvironment(call.args);
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'env updated', dryRun, { isTyped: true });
    check(call, resources, dryRun);
    const typed = await environmentOf([...given.env, ...words], () => textOf(kubectl.ports.stdin.bytes()));
    const environment = await completed(typed, call, kubectl);
    const targets = { args: resources, files: given, all: given.all, local: given.local, selector: given.selector, toleratesArguments: true };
    const infos = await targetsOf(kubectl, targets);
    const { name: namespace } = await kubectl.namespace();
    const lister = new Lister(call, kubectl, namespace);
    const change = async (object: JsonObject, info: Info): Promise<JsonObject> => {
      let containers: readonly JsonObject[] = [];
      const after = withPodSpec(object, (spec) => {
        const changed = withContainers(spec, (container) => (isOurs(container, call) ? withEnvironment(container, environment, call) : container));
        containers = containersOf(changed).filter((container) => isOurs(container, call));
        return changed;
      });
      if (!containers.length) kubectl.warn(`${textField(object, 'kind')}/${info.name} does not have any containers matching ${goQuote(given.containers)}`);
      else if (given.list) await lister.list(after, info, containers);
      return after;
    };
    if (given.list) {
      for (const info of infos) await change(info.content, info).catch(() => undefined);
      return;
    }
    const sending = { local: given.local, dryRun, fieldManager: given['field-manager'], report };
    await changeTargets(infos, { change, failed: 'failed to patch env update to pod template:' }, sending);
  },
});

function check({ flags: given }: EnvCall, resources: readonly string[], dryRun: DryRun): void {
  if (given.local && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  if (!given.filename.length && !resources.length) throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (given.list && given.output) throw new CommandError('--list and --output may not be specified together');
  if (given.keys.length && !given.from) throw new CommandError('when specifying --keys, a configmap or secret must be provided with --from');
}

const isOurs = (container: JsonObject, { flags: given }: EnvCall): boolean => isMeant(textField(container, 'name'), given.containers);

const variablesOf = (container: JsonObject): readonly JsonObject[] => {
  const { env } = container;
  return Array.isArray(env) ? (env as readonly JsonValue[]).filter(isJsonObject) : [];
};

function withEnvironment(container: JsonObject, environment: Environment, { flags: given }: EnvCall): JsonObject {
  const present = variablesOf(container);
  if (!given.overwrite)
    for (const each of environment.set) {
      const name = textField(each, 'name');
      const before = present.find((other) => textField(other, 'name') === name);
      const value = textField(before ?? {}, 'value');
      if (before && value !== textField(each, 'value')) throw new Error(`'${name}' already has a value (${value}), and --overwrite is false`);
    }
  const env = updatedEnvironment(present, environment);
  const { env: _env, ...rest } = container;
  if (!env.length) return rest;
  // In the place that the type gives it.
  const fields = Object.entries(rest);
  const at = fields.findIndex(([field]) => field === 'resources');
  return Object.fromEntries(at < 0 ? [...fields, ['env', env]] : [...fields.slice(0, at), ['env', env], ...fields.slice(at)]);
}

/** With the keys of --from, and --prefix before the names. */
async function completed({ set, remove }: Environment, { flags: given }: EnvCall, kubectl: Kubectl): Promise<Environment> {
  const all = [...set, ...(given.from ? await variablesFrom(given, kubectl) : [])];
  return { remove, set: given.prefix ? all.map((each) => ({ ...each, name: `${given.prefix}${textField(each, 'name')}` })) : all };
}

const SOURCES: Readonly<Record<string, string>> = { Secret: 'secretKeyRef', ConfigMap: 'configMapKeyRef' };

async function variablesFrom(given: EnvCall['flags'], kubectl: Kubectl): Promise<readonly JsonObject[]> {
  const targets = { args: [given.from], files: given, all: given.all, local: given.local, selector: given.selector, toleratesArguments: true };
  const found: JsonObject[] = [];
  for (const { content, name } of await targetsOf(kubectl, targets)) {
    const reference = SOURCES[textField(content, 'kind')];
    if (!reference) throw new CommandError('unsupported resource specified in --from');
    const data = isJsonObject(content['data']) ? content['data'] : {};
    for (const key of Object.keys(data).filter((each) => !given.keys.length || given.keys.includes(each)))
      found.push({ name: variableName(key, kubectl), valueFrom: { [reference]: { name, key } } });
  }
  return found;
}

function variableName(key: string, kubectl: Kubectl): string {
  const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
  if (name !== key) kubectl.warn(`key ${key} transferred to ${name}`);
  return name;
}

class Lister {
  readonly #call: EnvCall;
  readonly #kubectl: Kubectl;
  readonly #namespace: string;

  constructor(call: EnvCall, kubectl: Kubectl, namespace: string) {
    this.#call = call;
    this.#kubectl = kubectl;
    this.#namespace = namespace;
  }

  /** What cannot be looked up is told on stderr. */
  async list(object: JsonObject, { name }: Info, containers: readonly JsonObject[]): Promise<void> {
    for (const container of containers) {
      this.#kubectl.print(`# ${textField(object, 'kind')} ${name}, container ${textField(container, 'name')}\n`);
      const references = new References(this.#kubectl, this.#namespace);
      const failed = new Map<string, string[]>();
      for (const variable of variablesOf(container)) {
        const title = textField(variable, 'name');
        const { valueFrom } = variable;
        if (!isJsonObject(valueFrom)) this.#kubectl.print(`${title}=${textField(variable, 'value')}\n`);
        else if (!this.#call.flags.resolve) this.#kubectl.print(`# ${title} from ${referenceText(valueFrom)}\n`);
        else
          try {
            this.#kubectl.print(`${title}=${await references.value(valueFrom, object, container)}\n`);
          } catch (error) {
            this.#kubectl.print(`# ${title} from ${referenceText(valueFrom)}\n`);
            const message = messageOf(error);
            failed.set(message, [...(failed.get(message) ?? []), title]);
          }
      }
      const lines = [...failed].map(([message, titles]) => `error retrieving reference for ${titles.sort().join(', ')}: ${message}\n`);
      for (const line of lines.sort()) this.#kubectl.complain(line);
    }
  }
}
