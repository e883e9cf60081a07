// A bound on the owners by update: beyond ten, the oldest of a version are put together as `ancient-changes`.
// Models apimachinery/pkg/util/managedfields/internal/capmanagers.go
import { compareText } from '../../../kube/machinery/field-path.ts';
import { union } from '../../../kube/machinery/field-set.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { identifierOf, type Owner } from './owners.ts';

const MOST_UPDATERS = 10;
const ANCIENT = { manager: 'ancient-changes', operation: 'Update', subresource: '' } as const;

const secondsOf = ({ time }: Owner): number => (time ? Math.floor(parseTime(time) / 1000) : 0);

/** Changes `owners`. */
export function capUpdaters(owners: Map<string, Owner>): void {
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  let excess = updaters.length - MOST_UPDATERS;
  if (excess <= 0) return;
  updaters.sort(([a, left], [b, right]) => secondsOf(left) - secondsOf(right) || compareText(a, b));
  /** The oldest of a version stays as it is until a second one joins it. */
  const oldest = new Map<string, string>();
  for (const [identifier, owner] of updaters) {
    if (excess <= 0) return;
    const { apiVersion } = owner;
    const first = oldest.get(apiVersion);
    if (first === undefined) {
      oldest.set(apiVersion, identifier);
      continue;
    }
    const ancient = { ...ANCIENT, apiVersion };
    const bucket = identifierOf(ancient);
    const together = owners.get(bucket) ?? owners.get(first);
    if (!owners.has(bucket)) owners.delete(first);
    owners.set(bucket, { ...ancient, time: owner.time, set: together ? union(owner.set, together.set) : owner.set });
    owners.delete(identifier);
    excess -= 1;
  }
}
