// An object as its Go type writes it: what is never left out is there, empty where nothing is known.
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { isBuiltInGroup } from '../client/built-in-groups.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { groupKindOf, textField, type Info } from './info.ts';

type Draft = Record<string, JsonValue>;

const withDefault = (object: JsonObject, field: string, value: JsonValue): JsonObject =>
  object[field] === undefined || object[field] === null ? { ...object, [field]: value } : object;

const inside = (object: JsonObject, field: string, change: (value: JsonObject) => JsonObject): JsonObject => {
  const value = object[field];
  return isJsonObject(value) ? { ...object, [field]: change(value) } : object;
};

function podSpec(spec: JsonObject): JsonObject {
  const draft: Draft = { ...(spec as Draft) };
  for (const field of ['containers', 'initContainers', 'ephemeralContainers']) {
    const list = spec[field];
    if (Array.isArray(list)) draft[field] = (list as readonly JsonValue[]).map((each) => (isJsonObject(each) ? withDefault(each, 'resources', {}) : each));
  }
  return withDefault(draft, 'containers', null);
}
const template = (value: JsonObject): JsonObject => inside(withDefault(value, 'metadata', {}), 'spec', podSpec);
const templated = (spec: JsonObject): JsonObject => inside(spec, 'template', template);
const claims = (spec: JsonObject): JsonObject => {
  const list = spec['volumeClaimTemplates'];
  return Array.isArray(list)
    ? { ...spec, volumeClaimTemplates: (list as readonly JsonValue[]).map((each) => (isJsonObject(each) ? withDefault(each, 'status', {}) : each)) }
    : spec;
};

interface Form {
  readonly spec?: (spec: JsonObject) => JsonObject;
  readonly status?: JsonObject;
}
const FORMS: Readonly<Record<string, Form>> = {
  Pod: { spec: podSpec, status: {} },
  Deployment: { spec: (spec) => withDefault(templated(spec), 'strategy', {}), status: {} },
  DaemonSet: {
    spec: (spec) => withDefault(templated(spec), 'updateStrategy', {}),
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  StatefulSet: { spec: (spec) => withDefault(claims(templated(spec)), 'updateStrategy', {}), status: { replicas: 0, availableReplicas: 0 } },
  ReplicaSet: { spec: templated, status: { replicas: 0 } },
  ReplicationController: { spec: templated, status: { replicas: 0 } },
  Job: { spec: templated, status: {} },
  CronJob: { spec: (spec) => inside(spec, 'jobTemplate', (job) => inside(withDefault(job, 'metadata', {}), 'spec', templated)), status: {} },
  Service: { status: { loadBalancer: {} } },
};

/** Of the kinds that are changed without a server; others stay as they are. */
export function typedForm(object: JsonObject): JsonObject {
  const kind = textField(object, 'kind');
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  if (!form) return object;
  const whole = withDefault(withDefault(object, 'metadata', {}), 'spec', {});
  const specified = form.spec ? inside(whole, 'spec', form.spec) : whole;
  return form.status ? withDefault(specified, 'status', form.status) : specified;
}

/** Throws for a kind whose Go type kubectl has not, where a command needs it. */
export function requireBuiltIn({ content }: Info): void {
  const { group, version, kind } = groupKindOf(content);
  if (isBuiltInGroup(group)) return;
  throw new CommandError(`no kind ${goQuote(kind)} is registered for version ${goQuote(`${group}/${version}`)} in scheme "pkg/runtime/scheme.go:111"`);
}
