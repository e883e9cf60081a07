// The simple JSONPaths of CustomResourceDefinitions: `.spec.replicas`, `.spec.tags[0]`, `.metadata.labels.app\\.io/name`, `.items[?(@.type=="Ready")].status`.
// Models client-go/util/jsonpath as printer columns, scale and selectable fields use it
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

type Step = (values: readonly JsonValue[]) => readonly JsonValue[];

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => {
      const inner = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
      return inner === undefined || inner === null ? [] : [inner];
    });
const index =
  (at: number): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) ? value.slice(at, at === -1 ? undefined : at + 1) : []) as JsonValue[]);
const all: Step = (values) =>
  values.flatMap((value) => (Array.isArray(value) ? (value as JsonValue[]) : isJsonObject(value) ? (Object.values(value) as JsonValue[]) : []));
const where =
  (path: readonly Step[], wanted: JsonValue, equals: boolean): Step =>
  (values) =>
    (values.flatMap((value) => (Array.isArray(value) ? (value as JsonValue[]) : [])) as JsonValue[]).filter(
      (item) => path.reduce<readonly JsonValue[]>((found, step) => step(found), [item]).some((each) => each === wanted) === equals,
    );

const TOKEN = /\.((?:\\.|[^.[\]\\])+)|\[(-?\d+)\]|\[(\*)\]|\['([^']*)'\]|\[\?\(@((?:\.[\w-]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\)\]/y;

/** Undefined for what is no such path. */
export function parseJsonPath(text: string): readonly Step[] | undefined {
  const path = text.replace(/^\{(.*)\}$/, '$1');
  const steps: Step[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < path.length) {
    const found = TOKEN.exec(path);
    if (!found) return undefined;
    const [, name, at, star, quoted, inner, operator, ...operands] = found;
    if (name !== undefined) steps.push(name === '*' ? all : field(name.replaceAll(/\\(.)/g, '$1')));
    else if (at !== undefined) steps.push(index(Number(at)));
    else if (star !== undefined) steps.push(all);
    else if (quoted !== undefined) steps.push(field(quoted));
    else if (inner !== undefined) {
      const plain = operands[2];
      const wanted = operands[0] ?? operands[1] ?? (plain === 'true' ? true : plain === 'false' ? false : Number(plain));
      steps.push(where(parseJsonPath(inner) ?? [], wanted, operator === '=='));
    }
  }
  return steps.length ? steps : undefined;
}

/** All that the path finds; nothing for a path that cannot be read. */
export function find(value: JsonValue, path: string): readonly JsonValue[] {
  return parseJsonPath(path)?.reduce<readonly JsonValue[]>((found, step) => step(found), [value]) ?? [];
}
