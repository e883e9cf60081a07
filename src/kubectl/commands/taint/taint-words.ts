// Taints as they are written, KEY=VALUE:EFFECT and KEY:EFFECT-, and what they make of those of a node.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { validateLabelKey, validateLabelValue } from '../../../kube/machinery/names.ts';
import { sameTaint } from '../../../kube/machinery/tolerations.ts';
import type { Taint } from '../../../kube/api/core-v1.ts';
import { CommandError, throwAll } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Without an effect: all effects. */
type Removal = Pick<Taint, 'key'> & { readonly effect: string };
export interface TaintChanges {
  readonly add: readonly Taint[];
  readonly remove: readonly Removal[];
}

/** Throws with kubectl's sentence, without its hint to the help. */
export function parseTaints(words: readonly string[]): TaintChanges {
  const add: Taint[] = [];
  const remove: Removal[] = [];
  for (const word of words) {
    if (word.endsWith('-')) {
      const { key, effect } = parseTaint(word.slice(0, -1));
      remove.push({ key, effect });
      continue;
    }
    const taint = parseTaint(word);
    if (!taint.effect) throw new Error(`invalid taint spec: ${word}`);
    if (add.some((each) => sameTaint(each, taint as Taint)))
      throw new Error(`duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`);
    add.push(taint as Taint);
  }
  return { add, remove };
}

function parseTaint(text: string): { readonly key: string; readonly value?: string; readonly effect: string } {
  const [head = '', effect, ...more] = text.split(':');
  if (more.length) throw new Error(`invalid taint spec: ${text}`);
  let key = text;
  let value = '';
  if (effect !== undefined) {
    if (!EFFECTS.includes(effect)) throw new Error(`invalid taint effect: ${effect}, unsupported taint effect`);
    const parts = head.split('=');
    if (parts.length > 2) throw new Error(`invalid taint spec: ${text}`);
    [key = '', value = ''] = parts;
    const problems = validateLabelValue(value);
    if (problems.length) throw new Error(`invalid taint spec: ${text}, ${problems.join('; ')}`);
  }
  const problems = validateLabelKey(key);
  if (problems.length) throw new Error(`invalid taint spec: ${text}, ${problems.join('; ')}`);
  return { key, ...(value ? { value } : {}), effect: effect ?? '' };
}

/** Throws for what is both set and removed. */
export function checkConflicts({ add, remove }: TaintChanges): void {
  const both = add.flatMap((taint) =>
    remove.filter(({ key, effect }) => key === taint.key && (effect === '' || effect === taint.effect)).map(({ key, effect }) => `${key}=${effect}`),
  );
  if (both.length) throw new CommandError(`can not both modify and remove the following taint(s) in the same command: ${both.join(', ')}`);
}

export interface Retainted {
  readonly operation: 'modified' | 'tainted' | 'untainted';
  readonly node: JsonObject;
}

/** Throws for what is there and may not be changed, and for what is to be removed and is not there. */
export function retainted(node: JsonObject, name: string, { add, remove }: TaintChanges, overwrite: boolean): Retainted {
  const spec = isJsonObject(node['spec']) ? node['spec'] : {};
  const old = (Array.isArray(spec['taints']) ? spec['taints'] : []) as readonly Taint[];
  if (!overwrite) {
    const present = add.filter((taint) => old.some((each) => sameTaint(each, taint))).map(({ key }) => key);
    if (present.length) throw new CommandError(`node ${name} already has ${present.join(',')} taint(s) with same effect(s) and --overwrite is false`);
  }
  let taints: readonly Taint[] = [...add, ...old.filter((each) => !add.some((taint) => sameTaint(each, taint)))];
  const isAdded = taints.length !== old.length;
  let isRemoved = false;
  const errors: Error[] = [];
  for (const { key, effect } of remove) {
    const kept = taints.filter((each) => each.key !== key || (effect !== '' && each.effect !== effect));
    isRemoved = kept.length !== taints.length;
    if (!isRemoved) errors.push(new CommandError(`taint ${goQuote(effect ? `${key}:${effect}` : key)} not found`));
    taints = kept;
  }
  throwAll(errors);
  const { taints: _taints, ...rest } = spec;
  return {
    operation: (isAdded && isRemoved) || overwrite ? 'modified' : isAdded ? 'tainted' : 'untainted',
    node: { ...node, spec: taints.length ? { ...rest, taints: taints as unknown as readonly JsonObject[] } : rest },
  };
}
