// kubectl scale: sets the number of replicas by the scale part of an object. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go and pkg/scale/scale.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { isConflict } from '../../kube/machinery/status-error.ts';
import { delay } from '../../platform/clock.ts';
import type { ResourceClient } from '../client/resource-client.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, duration, int, string, type FlagSpecs } from '../flags/flag.ts';
import { DRY_RUN, fileFlags, PRINT_FLAGS, SELECTOR } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, textField, type Info } from '../resources/info.ts';
import { dryRunOf } from '../writes/dry-run.ts';
import { mergePatchBetween } from '../writes/merge-patch.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter } from '../writes/report.ts';

const INTERVAL_MS = 1000;
const PATIENCE_MS = 5 * 60_000;

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is scaled'),
  record: RECORD,
  all: bool('All objects of the types that are named.'),
  'current-replicas': int('Scale only if there are this many now; -1 for however many there are.', { preset: -1 }),
  'dry-run': DRY_RUN,
  replicas: int('How many there shall be.'),
  'resource-version': string('Scale only if this is the revision of the object.'),
  selector: SELECTOR,
  timeout: duration('How long to wait until there are as many; 0 does not wait.'),
} as const satisfies FlagSpecs;
type ScaleCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  long: 'Sets how many replicas a deployment, replica set, stateful set or replication controller has, or anything else that can be scaled.\n\n It may be made to depend on how many there are now, or on the revision of the object.',
  examples: `# Three of them
kubectl scale --replicas=3 deployment/web

# Only from two to three
kubectl scale --current-replicas=2 --replicas=3 deployment/web

# Several at once
kubectl scale --replicas=0 deployment/web statefulset/db`,
  flags,
  required: ['replicas'],
  async run(call, kubectl) {
    const { flags: given } = call;
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'scaled', dryRun);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    if (given.replicas < 0) throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (given['current-replicas'] < -1) throw new CommandError('The --current-replicas must specify an integer of -1 or greater');
    const selected = await select(kubectl, {
      args: call.args,
      files: given,
      namespace,
      enforceNamespace: isExplicit,
      labelSelector: given.selector,
      isTypeEnough: given.all,
      continueOnError: true,
    });
    const { infos, error } = await selected.infos();
    if (given['resource-version'] && infos.length > 1) throw new CommandError('cannot use --resource-version with multiple resources');
    if (!infos.length) throw error ?? new CommandError('no objects passed to scale');
    for (const info of infos) {
      if (dryRun !== 'client') {
        const scale = new Scale(info, kubectl);
        await scale.set(given, dryRun === 'server');
        if (given.timeout !== 0 && dryRun === 'none') await scale.untilReached(given.replicas, given.timeout);
        await record(call, info);
      }
      report(info.content);
    }
    if (error) throw error;
  },
});

/** That it fails is no failure. */
async function record(call: ScaleCall, { client, namespace, name, content }: Info): Promise<void> {
  if (!call.flags.record || !client) return;
  await client.patch({ namespace, name }, 'merge', mergePatchBetween(content, recorded(call, content))).catch(() => undefined);
}

const numberIn = (object: JsonObject, part: string): number => {
  const fields = object[part];
  const value = isJsonObject(fields) ? fields['replicas'] : undefined;
  return typeof value === 'number' ? value : 0;
};

class Scale {
  readonly #kubectl: Kubectl;
  readonly #client: ResourceClient;
  readonly #place: { readonly namespace: string; readonly name: string; readonly subresource: string };

  constructor({ client, namespace, name }: Info, kubectl: Kubectl) {
    if (!client) throw new Error('no server to scale on');
    this.#client = client;
    this.#kubectl = kubectl;
    this.#place = { namespace, name, subresource: 'scale' };
  }

  /** Tries again for as long as somebody else is faster. */
  async set(given: ScaleCall['flags'], dryRun: boolean): Promise<void> {
    const { clock } = this.#kubectl.ports;
    const end = clock.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#setOnce(given, dryRun);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (clock.now() >= end) throw new CommandError('context deadline exceeded');
        await delay(clock, INTERVAL_MS);
      }
    }
  }

  async #setOnce({ replicas, 'current-replicas': size, 'resource-version': revision }: ScaleCall['flags'], dryRun: boolean): Promise<void> {
    if (size === -1 && !revision) {
      await this.#client.patch(this.#place, 'merge', { spec: { replicas } }, { dryRun });
      return;
    }
    const scale = await this.#client.get(this.#place);
    const now = numberIn(scale, 'spec');
    if (size !== -1 && now !== size) throw new CommandError(`Expected replicas to be ${size}, was ${now}`);
    const found = textField(metadataOf(scale), 'resourceVersion');
    if (revision && found !== revision) throw new CommandError(`Expected resource version to be ${revision}, was ${found}`);
    const spec = scale['spec'];
    await this.#client.update(this.#place, { ...scale, spec: { ...(isJsonObject(spec) ? spec : {}), replicas } }, { dryRun });
  }

  /** Also where somebody wants another number meanwhile. */
  async untilReached(replicas: number, timeoutMs: number): Promise<void> {
    const { clock } = this.#kubectl.ports;
    const end = clock.now() + timeoutMs;
    for (;;) {
      const scale = await this.#client.get(this.#place);
      const wanted = numberIn(scale, 'spec');
      if (wanted !== replicas || numberIn(scale, 'status') === wanted) return;
      if (clock.now() + INTERVAL_MS > end) throw new CommandError(`timed out waiting for ${goQuote(this.#place.name)} to be synced`);
      await delay(clock, INTERVAL_MS);
    }
  }
}
