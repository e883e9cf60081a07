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

async function nodeNames(client: ApiClient, where: string | undefined): Promise<string[]> {
  const { items } = await client.list(nodes);
  const wanted = items.filter(({ metadata }) => where === undefined || (metadata.labels?.[CONTROL_PLANE] !== undefined) === (where === 'control-plane'));
  return wanted.map(({ metadata }) => metadata.name ?? '').sort();
}

/** Values for one seed. Variables that ask for nodes of the same kind get different ones. */
export async function pickVariables(sources: Readonly<Record<string, VariableSource>>, seed: number, client: ApiClient): Promise<Variables> {
  const pick = picker(seed);
  const left = new Map<string, string[]>();
  const values: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    if (Array.isArray(source)) {
      values[name] = String(source[pick(source.length)]);
      continue;
    }
    const key = source.where ?? '';
    const names = left.get(key) ?? (await nodeNames(client, source.where));
    const chosen = names.splice(pick(names.length), 1)[0];
    if (chosen === undefined)
      throw new AppError({ code: 'TOO_FEW_NODES', what: `the cluster has too few nodes for \${${name}}`, why: `the lab needs another ${source.where ?? ''} node`, next: ['ckadet up big --workers 3'], exitCode: EXIT.missingPrerequisite });
    left.set(key, names);
    values[name] = chosen;
  }
  return values;
}

/** Replaces declared names only: `${x}` of a shell script stays. */
export function substitute(text: string, variables: Variables): string {
  return text.replace(/\$\{([a-z][A-Za-z0-9]*)\}/g, (whole, name: string) => (Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole));
}

/** The same in every string of a value. */
export function substituteAll<T>(value: T, variables: Variables): T {
  if (typeof value === 'string') return substitute(value, variables) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => substituteAll(each, variables)) as T;
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [substitute(key, variables), substituteAll(each, variables)])) as T;
  return value;
}
