// kubectl autoscale: an autoscaler for something that can be scaled. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { formatQuantity, parseQuantity } from '../../kube/machinery/quantity.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { int32, string, type FlagSpecs } from '../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS } from '../flags/sets.ts';
import type { Kubectl } from '../kubectl.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, type Info } from '../resources/info.ts';
import { dryRunOf, type DryRun } from '../writes/dry-run.ts';
import { refreshTypedLastApplied } from '../writes/last-applied.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter } from '../writes/report.ts';
import { builtIn, SAVE_CONFIG } from './create/generated.ts';

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is autoscaled'),
  record: RECORD,
  cpu: string('Target for the CPU: a percentage of what is requested (70%), or an amount on average (500m; a bare number means m).'),
  'cpu-percent': int32('Target for the CPU in percent of what is requested.', {
    preset: -1,
    deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
  }),
  memory: string('Target for the memory: a percentage of what is requested (60%), or an amount on average (200Mi; a bare number means Mi).'),
  'dry-run': DRY_RUN,
  'field-manager': fieldManager('kubectl-autoscale'),
  max: int32('Most pods there may be.', { preset: -1 }),
  min: int32('Fewest pods there may be; the server has a preset.', { preset: -1 }),
  name: string('Name of the autoscaler; that of what it scales without it.'),
  'save-config': SAVE_CONFIG,
} as const satisfies FlagSpecs;
type AutoscaleCall = Call<typeof flags>;

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  long: 'Makes an autoscaler: it sets how many pods there are by what they use.',
  examples: `# Between two and five, at 60% of the CPU that is requested
kubectl autoscale deployment web --min=2 --max=5 --cpu=60%

# By memory as well
kubectl autoscale deployment web --max=5 --cpu=500m --memory=70%`,
  flags,
  required: ['max'],
  async run(call, kubectl) {
    const { flags: given } = call;
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    check(given);
    const selected = await select(kubectl, { args: call.args, files: given, namespace, enforceNamespace: isExplicit, continueOnError: true });
    let count = 0;
    await selected.visit(async (info) => {
      const { resource } = info;
      if (!resource?.subresources.some(({ name }) => name === 'scale'))
        throw new CommandError(
          `cannot autoscale a ${resource?.kind ?? ''}: could not find scale subresource for ${resource?.group ?? ''}/${resource?.version ?? ''}, Resource=${resource?.resource ?? ''} in discovery information`,
        );
      await autoscale(call, info, kubectl, { dryRun, namespace, isExplicit });
      count++;
    });
    if (count === 0) throw new CommandError('no objects passed to autoscale');
  },
});

function check(given: AutoscaleCall['flags']): void {
  const { max, min, cpu, memory, 'cpu-percent': percent } = given;
  if (max < 1) throw new CommandError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min) throw new CommandError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  if (percent > 0 && cpu) throw new CommandError('--cpu-percent and --cpu are mutually exclusive');
  if (cpu) targetOf(cpu, 'cpu');
  if (memory) targetOf(memory, 'memory');
}

interface Means {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly isExplicit: boolean;
}

async function autoscale(call: AutoscaleCall, info: Info, kubectl: Kubectl, { dryRun, namespace, isExplicit }: Means): Promise<void> {
  const { flags: given } = call;
  const place = isExplicit ? { namespace } : {};
  const { apiVersion = null, kind = null } = info.content;
  const scaleTargetRef = { kind, name: info.name, apiVersion };
  const metadata = { name: given.name || info.name, ...place };
  const min = given.min > 0 ? { minReplicas: given.min } : {};
  const metrics = metricsOf(given);
  const object = recorded(call, {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata,
    spec: { scaleTargetRef, ...min, maxReplicas: given.max, ...(metrics.length ? { metrics } : {}) },
    status: { desiredReplicas: 0, currentMetrics: null },
  });
  if (dryRun === 'client') return (await reporter(given, kubectl, 'created', dryRun, { isTyped: true }))(object);
  const report = await reporter(given, kubectl, 'autoscaled', dryRun, { isTyped: true });
  const create = async (version: string, body: JsonObject): Promise<JsonObject> => {
    const client = await kubectl.client(builtIn('autoscaling', version, 'horizontalpodautoscalers'));
    const write = { fieldManager: given['field-manager'], dryRun: dryRun === 'server' };
    return client.create({ namespace }, refreshTypedLastApplied(body, given['save-config']), write);
  };
  try {
    return report(await create('v2', object));
  } catch {
    const problem = problemWithOldVersion(given);
    if (problem !== undefined)
      throw new CommandError(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${problem}`);
  }
  const percent = given['cpu-percent'];
  const old = recorded(call, {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: metadataOf(object),
    spec: { scaleTargetRef, ...min, maxReplicas: given.max, ...(percent >= 0 ? { targetCPUUtilizationPercentage: percent } : {}) },
    status: { currentReplicas: 0, desiredReplicas: 0 },
  });
  report(await create('v1', old));
}

/** Why the older version cannot say the same; undefined where it can. */
function problemWithOldVersion({ cpu, memory, 'cpu-percent': percent }: AutoscaleCall['flags']): string | undefined {
  let isPercentage: boolean;
  try {
    isPercentage = targetOf(cpu, 'cpu')['type'] === 'Utilization';
  } catch (error) {
    return (error as Error).message;
  }
  return memory === '' && (percent >= 0 || isPercentage) ? undefined : '%!w(<nil>)';
}

function metricsOf({ cpu, memory, 'cpu-percent': percent }: AutoscaleCall['flags']): readonly JsonObject[] {
  const metric = (name: string, target: JsonObject): JsonObject => ({ type: 'Resource', resource: { name, target } });
  return [
    ...(percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []),
    ...(cpu ? [metric('cpu', targetOf(cpu, 'cpu'))] : []),
    ...(memory ? [metric('memory', targetOf(memory, 'memory'))] : []),
  ];
}

const UNITS = { cpu: 'm', memory: 'Mi' } as const;

function targetOf(text: string, resource: keyof typeof UNITS): JsonObject {
  const word = text.trim();
  if (word === '') throw new CommandError('empty input');
  if (word.endsWith('%')) {
    const digits = word.slice(0, -1);
    if (!/^\+?\d+$/.test(digits) || Number(digits) >= 2 ** 31) throw new CommandError(`invalid percentage value: ${digits}`);
    return { type: 'Utilization', averageUtilization: Number(digits) };
  }
  const isBare = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word);
  const quantity = parseQuantity(isBare ? `${Number(word)}${UNITS[resource]}` : word);
  if (!quantity) throw new CommandError(`invalid resource ${resource} value: ${word}`);
  return { type: 'AverageValue', averageValue: formatQuantity(quantity) };
}
