// What of an object a service needs to know: the pods it is for, their ports and protocols.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers (canbeexposed.go, mapbasedselectorforobject.go, portsforobject.go, multiprotocolsforobject.go)
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { CommandError } from '../../failures.ts';
import { metadataOf, textField } from '../../resources/info.ts';

export type TextMap = Readonly<Record<string, string>>;

interface Exposable {
  readonly selector: (object: JsonObject) => TextMap;
  /** The specs whose ports count. */
  readonly ports: (object: JsonObject) => readonly PortSpec[];
}
export interface PortSpec {
  readonly port: string;
  readonly protocol: string;
}

const at = (object: JsonObject, ...path: readonly string[]): JsonObject =>
  path.reduce<JsonObject>((value, field) => {
    const inner = value[field];
    return isJsonObject(inner) ? inner : {};
  }, object);
const listAt = (object: JsonObject, field: string): readonly JsonObject[] => {
  const list = object[field];
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
};
const nonEmpty = (map: JsonObject, otherwise: string): TextMap => {
  if (!Object.keys(map).length) throw new CommandError(`couldn't retrieve selectors via --selector flag or introspection: ${otherwise}`);
  return map as TextMap;
};

const podPorts = (spec: JsonObject): readonly PortSpec[] =>
  listAt(spec, 'containers').flatMap((container) =>
    listAt(container, 'ports').map((port) => ({ port: String(port['containerPort'] ?? 0), protocol: textField(port, 'protocol') || 'TCP' })),
  );

const workload = (word: string): Exposable => ({
  selector: (object) => {
    const expressions = listAt(at(object, 'spec', 'selector'), 'matchExpressions');
    const labels = nonEmpty(at(object, 'spec', 'selector', 'matchLabels'), `invalid ${word}: no selectors, therefore cannot be exposed`);
    if (expressions.length)
      throw new CommandError(
        `couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "[${expressions.map(shownExpression).join(' ')}]" to map-based selector format`,
      );
    return labels;
  },
  ports: (object) => podPorts(at(object, 'spec', 'template', 'spec')),
});

function shownExpression({ key, operator, values }: JsonObject): string {
  return `{Key:${String(key)} Operator:${String(operator)} Values:[${Array.isArray(values) ? values.join(' ') : ''}]}`;
}

const EXPOSABLE: Readonly<Record<string, Exposable>> = {
  ReplicationController: {
    selector: (object) => at(object, 'spec', 'selector') as TextMap,
    ports: (object) => podPorts(at(object, 'spec', 'template', 'spec')),
  },
  Service: {
    selector: (object) => nonEmpty(at(object, 'spec', 'selector'), 'the service has no pod selector set'),
    ports: (object) => listAt(at(object, 'spec'), 'ports').map((port) => ({ port: String(port['port'] ?? 0), protocol: textField(port, 'protocol') || 'TCP' })),
  },
  Pod: {
    selector: (object) => nonEmpty(at(metadataOf(object), 'labels'), 'the pod has no labels and cannot be exposed'),
    ports: (object) => podPorts(at(object, 'spec')),
  },
  'Deployment.apps': workload('deployment'),
  'ReplicaSet.apps': workload('replicaset'),
};

/** Throws kubectl's sentence for a kind that cannot be exposed. */
export function exposable({ group, kind }: { readonly group: string; readonly kind: string }): Exposable {
  const name = group ? `${kind}.${group}` : kind;
  const found = Object.hasOwn(EXPOSABLE, name) ? EXPOSABLE[name] : undefined;
  if (!found) throw new CommandError(`cannot expose a ${name}`);
  return found;
}
