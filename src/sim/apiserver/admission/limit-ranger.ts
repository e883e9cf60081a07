// Fills in what a namespace's limit ranges give containers by default, and holds pods and claims to their bounds.
// Models kubernetes/plugin/pkg/admission/limitranger
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import { podLimits, podRequests } from '../../../kube/machinery/pod-resources.ts';
import { formatQuantity, millisOf, quantityOf, unitsOf, type Quantity } from '../../../kube/machinery/quantity.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import type { AdmissionContext, AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { aggregated, refused } from './refusal.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';
/** Beyond this, thousandths do not fit into 64 bits. */
const LARGEST_WITH_MILLIS = Number((2n ** 63n - 1n) / 1000n);

type Texts = Readonly<Record<string, string>>;
type Amounts = Readonly<Record<string, Quantity>>;
interface Usage {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const amountsOf = (texts: Texts | undefined): Amounts => Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, quantityOf(text)]));

/** Adds what is missing; gives the names of what was added. */
function fill(into: Record<string, string>, defaults: Texts): string[] {
  const missing = Object.keys(defaults)
    .filter((name) => into[name] === undefined)
    .sort();
  for (const name of missing) into[name] = defaults[name] ?? '';
  return missing;
}

function fillContainer(container: Mutable<Container>, defaults: { readonly requests: Texts; readonly limits: Texts }, word: string): string[] {
  const requests = { ...container.resources?.requests };
  const limits = { ...container.resources?.limits };
  const requested = fill(requests, defaults.requests);
  const limited = fill(limits, defaults.limits);
  if (!requested.length && !limited.length) return [];
  container.resources = {
    ...container.resources,
    ...(Object.keys(limits).length ? { limits } : {}),
    ...(Object.keys(requests).length ? { requests } : {}),
  };
  return [
    ...(requested.length ? [`${requested.join(', ')} request for ${word} ${container.name}`] : []),
    ...(limited.length ? [`${limited.join(', ')} limit for ${word} ${container.name}`] : []),
  ];
}

function setDefaults(pod: Mutable<Pod>, { spec }: LimitRange): void {
  const ofContainers = spec.limits.filter(({ type }) => type === 'Container');
  const defaults = {
    requests: Object.assign({}, ...ofContainers.map((each) => each.defaultRequest ?? {})) as Texts,
    limits: Object.assign({}, ...ofContainers.map((each) => each.default ?? {})) as Texts,
  };
  const told = [
    ...pod.spec.containers.flatMap((each) => fillContainer(each, defaults, 'container')),
    ...(pod.spec.initContainers ?? []).flatMap((each) => fillContainer(each, defaults, 'init container')),
  ];
  if (told.length) pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${told.join('; ')}` };
}

/** In thousandths where all of them allow it, as upstream compares. */
function comparable(...amounts: readonly (Quantity | undefined)[]): number[] {
  const units = amounts.map((each) => (each ? unitsOf(each) : 0));
  return units.every((each) => each <= LARGEST_WITH_MILLIS) ? amounts.map((each) => (each ? millisOf(each) : 0)) : units;
}

type Constraint = (type: string, name: string, bound: Quantity, usage: Usage) => string | undefined;

const minimum: Constraint = (type, name, bound, { requests, limits }) => {
  const said = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests[name];
  const limit = limits[name];
  const [requested = 0, limited = 0, least = 0] = comparable(request, limit, bound);
  if (!request) return `${said}.  No request is specified`;
  if (requested < least) return `${said}, but request is ${formatQuantity(request)}`;
  return limit && limited < least ? `${said}, but limit is ${formatQuantity(limit)}` : undefined;
};

const maximum: Constraint = (type, name, bound, { requests, limits }) => {
  const said = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests[name];
  const limit = limits[name];
  const [requested = 0, limited = 0, most = 0] = comparable(request, limit, bound);
  if (!limit) return `${said}.  No limit is specified`;
  if (limited > most) return `${said}, but limit is ${formatQuantity(limit)}`;
  return request && requested > most ? `${said}, but request is ${formatQuantity(request)}` : undefined;
};

const maximumRequest: Constraint = (type, name, bound, { requests }) => {
  const said = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  const request = requests[name];
  const [requested = 0, most = 0] = comparable(request, bound);
  if (!request) return `${said}.  No request is specified`;
  return requested > most ? `${said}, but request is ${formatQuantity(request)}` : undefined;
};

const ratio: Constraint = (type, name, bound, { requests, limits }) => {
  const said = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  const [requested = 0, limited = 0] = comparable(requests[name], limits[name], bound);
  if (!requested) return `${said}, but no request is specified or request is 0`;
  if (!limited) return `${said}, but no limit is specified or limit is 0`;
  const observed = limited / requested;
  return observed * 1000 > millisOf(bound) ? `${said}, but provided ratio is ${observed.toFixed(6)}` : undefined;
};

const check = (bounds: Texts | undefined, constraint: Constraint, type: string, usage: Usage): string[] =>
  Object.keys(bounds ?? {})
    .sort()
    .flatMap((name) => constraint(type, name, quantityOf(bounds?.[name]), usage) ?? []);
const checkAll = ({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, usage: Usage): string[] => [
  ...check(min, minimum, type, usage),
  ...check(max, maximum, type, usage),
  ...check(maxLimitRequestRatio, ratio, type, usage),
];

const usageOf = ({ resources }: Container): Usage => ({ requests: amountsOf(resources?.requests), limits: amountsOf(resources?.limits) });

function podProblems(item: LimitRangeItem, pod: Pod): string[] {
  if (item.type === 'Container') return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((each) => checkAll(item, usageOf(each)));
  if (item.type !== 'Pod') return [];
  return checkAll(item, { requests: podRequests(pod, { excludeOverhead: true }), limits: podLimits(pod, { excludeOverhead: true }) });
}

function claimProblems({ type, min, max }: LimitRangeItem, { spec }: PersistentVolumeClaim): string[] {
  if (type !== 'PersistentVolumeClaim') return [];
  const usage: Usage = { requests: amountsOf(spec.resources?.requests), limits: {} };
  return [...check(min, minimum, type, usage), ...check(max, maximumRequest, type, usage)];
}

/** Containers of a pod never change, but by its resize. */
function concerns({ operation, call, old }: AdmissionRequest): boolean {
  if (old?.metadata.deletionTimestamp) return false;
  return call.resource.resource !== 'pods' || (operation === 'CREATE') === (call.subresource === '');
}

export function limitRanger({ store }: AdmissionContext): AdmissionPlugin {
  const rangesOf = (namespace: string): LimitRange[] => [...store.range('limitranges', `${namespace}/`)].map(([, object]) => object as unknown as LimitRange);
  return {
    name: 'LimitRanger',
    resources: ['pods', 'pods/resize', 'persistentvolumeclaims'],
    admit(request) {
      if (request.call.resource.resource !== 'pods' || !concerns(request)) return;
      for (const range of rangesOf(request.call.namespace)) setDefaults(request.object as unknown as Mutable<Pod>, range);
    },
    validate(request) {
      if (!concerns(request)) return;
      const { call, object } = request;
      for (const { spec } of rangesOf(call.namespace)) {
        const problems = spec.limits.flatMap((item) =>
          call.resource.resource === 'pods' ? podProblems(item, object as unknown as Pod) : claimProblems(item, object as unknown as PersistentVolumeClaim),
        );
        if (problems.length) throw refused(request, aggregated(problems));
      }
    },
  };
}
