// What `wait --for` waits for: a condition of the status, or a value at a path. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/wait
import { goDouble } from '../../kube/machinery/cel/number-text.ts';
import { GoByte, GoFloat, type GoValue } from '../../kube/machinery/go-values.ts';
import { goText } from '../../kube/machinery/go-text.ts';
import { JsonPath } from '../../kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../kube/machinery/json-path/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { relaxedPath } from '../printers/relaxed-path.ts';
import { metadataOf, textField } from '../resources/info.ts';

/** Throws CommandError for an object that can never be told. */
export type Condition = (object: JsonObject) => boolean;

export type Goal = { readonly type: 'create' } | { readonly type: 'delete' } | { readonly type: 'condition'; readonly isMet: Condition };

/** Throws kubectl's sentence for what cannot be waited for. */
export function goalOf(text: string): Goal {
  const word = text.toLowerCase();
  if (word === 'delete' || word === 'create') return { type: word };
  if (text.startsWith('condition=')) return { type: 'condition', isMet: statusCondition(text.slice('condition='.length)) };
  if (text.startsWith('jsonpath=')) return { type: 'condition', isMet: valueAtPath(text.slice('jsonpath='.length)) };
  throw new CommandError(`unrecognized condition: ${goQuote(text)}`);
}

const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const numberField = (object: unknown, field: string): number | undefined => {
  const value = isJsonObject(object) ? object[field] : undefined;
  return typeof value === 'number' ? value : undefined;
};

function statusCondition(text: string): Condition {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const wanted = equals < 0 ? 'true' : text.slice(equals + 1);
  return (object) => {
    const { status } = object;
    const conditions = isJsonObject(status) && Array.isArray(status['conditions']) ? (status['conditions'] as readonly JsonValue[]) : [];
    const found = conditions.filter(isJsonObject).find((each) => typeof each['status'] === 'string' && sameWord(textField(each, 'type'), name));
    if (!found) return false;
    const generation = numberField(metadataOf(object), 'generation');
    const observed = numberField(found, 'observedGeneration') ?? numberField(status, 'observedGeneration');
    // It speaks of what the object was before.
    if (generation !== undefined && observed !== undefined && observed < generation) return false;
    return sameWord(textField(found, 'status'), wanted);
  };
}

/** At single equals signs; double ones belong to the path. */
function splitAtEquals(text: string): readonly string[] {
  return text
    .replaceAll('==', '\u0000')
    .split('=')
    .map((part) => part.replaceAll('\u0000', '=='));
}

function valueAtPath(text: string): Condition {
  const [expression = '', value, ...more] = splitAtEquals(text);
  if (more.length)
    throw new CommandError("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'");
  const template = relaxedPath(expression);
  const wanted = value?.replace(/^['"]+|['"]+$/g, '');
  if (wanted === '') throw new CommandError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  if (template === '') throw new CommandError('jsonpath expression cannot be empty');
  const path = new JsonPath(template, { allowMissingKeys: true });
  return (object) => {
    const [found = [], ...others] = path.find(object);
    if (!found.length) return false;
    if (others.length) throw new JsonPathError('given jsonpath expression matches more than one list');
    if (found.length > 1) throw new JsonPathError('given jsonpath expression matches more than one value');
    return wanted === undefined || textOf(found[0]).trim() === wanted.trim();
  };
}

function textOf(value: GoValue): string {
  if (value instanceof GoFloat || value instanceof GoByte) return String(value);
  if (isJsonObject(value) || Array.isArray(value)) throw new JsonPathError('jsonpath leads to a nested object or list which is not supported');
  if (typeof value === 'number') return goDouble(value);
  return value === undefined ? '<nil>' : goText(value as JsonValue);
}
