// Variants: values picked by seed and put in place of `${name}` wherever a lab has one.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nodes } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { VariableSource } from './lab-schema.ts';

export type Variables = Readonly<Record<string, string>>;

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

/** A small generator of its own: the same seed picks the same values on every machine. (mulberry32) */
function picker(seed: number): (count: number) => number {
  let state = (seed * 2654435761) >>> 0;
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  };
}

/** The cluster's nodes by what a variable may ask for. */
export interface NodeNames {
  readonly worker: readonly string[];
  readonly 'control-plane': readonly string[];
}

async function nodeNames(client: ApiClient): Promise<NodeNames> {
  const { items } = await client.list(nodes);
  const named = (isWanted: (labels: Readonly<Record<string, string>>) => boolean): readonly string[] =>
    items
      .filter(({ metadata }) => isWanted(metadata.labels ?? {}))
      .map(({ metadata }) => metadata.name ?? '')
      .sort();
  return { worker: named((labels) => labels[CONTROL_PLANE] === undefined), 'control-plane': named((labels) => labels[CONTROL_PLANE] !== undefined) };
}

/** How many workers a lab's variables ask for. */
export const workersDrawn = (sources: Readonly<Record<string, VariableSource>>): number =>
  Object.values(sources).filter((source) => !Array.isArray(source) && source.where === 'worker').length;

/** Values for one seed. Variables that draw from the same source get different ones while it lasts; nodes are always different. */
export function drawVariables(sources: Readonly<Record<string, VariableSource>>, seed: number, names: NodeNames): Variables {
  const pick = picker(seed);
  const left = new Map<string, string[]>();
  const taken = new Set<string>();
  const values: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    if (Array.isArray(source)) {
      const key = JSON.stringify(source);
      const open = left.get(key)?.length ? (left.get(key) ?? []) : source.map(String);
      values[name] = open.splice(pick(open.length), 1)[0] ?? '';
      left.set(key, open);
      continue;
    }
    const all = source.where === undefined ? [...names['control-plane'], ...names.worker] : names[source.where];
    const open = all.filter((each) => !taken.has(each));
    const chosen = open[pick(open.length)];
    if (chosen === undefined)
      throw new AppError({
        code: 'TOO_FEW_NODES',
        what: 'the cluster has too few nodes for this lab',
        why: `it needs ${asked(sources, source.where)} that are different; there: ${all.length}`,
        next: [`make one with more nodes: ckadet up NAME --workers ${Math.max(workersDrawn(sources), 2)}`],
        exitCode: EXIT.missingPrerequisite,
      });
    taken.add(chosen);
    values[name] = chosen;
  }
  return values;
}

/** `3 worker nodes`. */
function asked(sources: Readonly<Record<string, VariableSource>>, where: 'worker' | 'control-plane' | undefined): string {
  const count = Object.values(sources).filter((source) => !Array.isArray(source) && (where === undefined || source.where === where)).length;
  return `${count} ${where === undefined ? '' : `${where} `}node${count === 1 ? '' : 's'}`;
}

/** The same with the nodes that a cluster has. */
export async function pickVariables(sources: Readonly<Record<string, VariableSource>>, seed: number, client: ApiClient): Promise<Variables> {
  return drawVariables(sources, seed, await nodeNames(client));
}

const SEEDS_TRIED = 100;

/** The first seeds that give `count` different variants on a cluster with so many workers; fewer for a lab that has fewer. */
export function variantSeeds(sources: Readonly<Record<string, VariableSource>>, count: number, workers: number): readonly number[] {
  const names: NodeNames = { worker: Array.from({ length: workers }, (_, i) => `worker-${i}`), 'control-plane': ['control-plane'] };
  const found = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS_TRIED && found.size < count; seed++) {
    const variant = JSON.stringify(drawVariables(sources, seed, names));
    if (!found.has(variant)) found.set(variant, seed);
  }
  return [...found.values()];
}

/** Replaces declared names only: `${x}` of a shell script stays. */
export function substitute(text: string, variables: Variables): string {
  return text.replace(/\$\{([a-z][A-Za-z0-9]*)\}/g, (whole, name: string) => (Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole));
}

/** The same in every string of a value. */
export function substituteAll<T>(value: T, variables: Variables): T {
  if (typeof value === 'string') return substitute(value, variables) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => substituteAll(each, variables)) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [substitute(key, variables), substituteAll(each, variables)])) as T;
  return value;
}
