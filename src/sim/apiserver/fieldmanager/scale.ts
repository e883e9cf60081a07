// managedFields of an object seen from its scale subresource, and back. Models apimachinery/pkg/util/managedfields/scalehandler.go
import { fieldPath, type FieldPath } from '../../../kube/machinery/field-path.ts';
import { difference, hasPath, isEmptySet, setOf } from '../../../kube/machinery/field-set.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { owning, readOwners, writeOwners, type Owner } from './owners.ts';

const SCALE_VERSION = 'autoscaling/v1';
const REPLICAS_IN_SCALE = fieldPath('spec', 'replicas');
const SCALE_SET = setOf([REPLICAS_IN_SCALE]);

export interface ScaleVersions {
  /** Of the objects that are scaled: `apps/v1`. */
  readonly groupVersion: string;
  /** Where the replicas are, by version of the object; undefined for a version that cannot be scaled. */
  replicasOf(apiVersion: string): FieldPath | undefined;
}

/** The managedFields of the Scale: who owns the replicas. */
export function managedFieldsOfScale(parent: JsonValue | undefined, { replicasOf }: ScaleVersions): readonly JsonObject[] | undefined {
  const owners = new Map<string, Owner>();
  for (const [identifier, owner] of readOwners(parent)) {
    const path = replicasOf(owner.apiVersion);
    if (path && hasPath(owner.set, path)) owners.set(identifier, { ...owning(owner, SCALE_SET), apiVersion: SCALE_VERSION });
  }
  return writeOwners(owners);
}

/** The managedFields of the object after its Scale was written: `scale` are the Scale's then. As upstream, new owners come without a time. */
export function managedFieldsOfScaled(
  parent: JsonValue | undefined,
  scale: JsonValue | undefined,
  { groupVersion, replicasOf }: ScaleVersions,
): readonly JsonObject[] | undefined {
  const before = readOwners(parent);
  const scaling = new Map(readOwners(scale));
  const owners = new Map<string, Owner>();
  for (const [identifier, owner] of before) {
    const path = replicasOf(owner.apiVersion);
    if (!path || !hasPath(owner.set, path) || scaling.delete(identifier)) {
      owners.set(identifier, owner);
      continue;
    }
    const rest = difference(owner.set, setOf([path]));
    if (!isEmptySet(rest)) owners.set(identifier, owning(owner, rest));
  }
  const path = replicasOf(groupVersion);
  for (const [identifier, owner] of scaling) {
    if (!path || !hasPath(owner.set, REPLICAS_IN_SCALE)) continue;
    owners.set(identifier, { ...owning(owner, setOf([path])), apiVersion: groupVersion, time: before.get(identifier)?.time });
  }
  return writeOwners(owners);
}
