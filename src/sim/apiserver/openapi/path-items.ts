// Operations gathered by path, with the parameters that all of a path have said once for the path.
// Models kube-openapi/pkg/builder3/openapi.go
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { Operation, Parameter } from './operation.ts';

/** How a version of OpenAPI writes them. */
export interface Writing {
  parameter(parameter: Parameter): JsonValue;
  operation(operation: Operation): JsonObject;
}
const keyOf = ({ in: where, name, hash }: Parameter): string => `${where} ${name} ${hash ?? ''}`;

export function pathItems(operations: readonly Operation[], writing: Writing): JsonObject {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  const items: Record<string, JsonValue> = {};
  for (const path of [...byPath.keys()].sort()) {
    const all = byPath.get(path) ?? [];
    const [first, ...others] = all.map(({ parameters }) => parameters);
    const keys = others.map((each) => new Set(each.map(keyOf)));
    const common = (first ?? []).filter((each) => keys.every((others) => others.has(keyOf(each))));
    const said = new Set(common.map(keyOf));
    const item: Record<string, JsonValue> = {};
    for (const each of all) item[each.method] = writing.operation({ ...each, parameters: each.parameters.filter((parameter) => !said.has(keyOf(parameter))) });
    if (common.length) item['parameters'] = common.map((each) => writing.parameter(each));
    items[path] = item;
  }
  return items;
}
