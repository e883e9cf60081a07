// The JSONPaths of CustomResourceDefinitions, as printer columns, scale and selectable fields use them: `.spec.tags[0]`, `.metadata.labels.app\.io/name`.
import { GoByte, GoFloat } from '../../../kube/machinery/go-values.ts';
import { JsonPath } from '../../../kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../../kube/machinery/json-path/parse.ts';
import type { JsonValue } from '../../../kube/machinery/json.ts';

/** All that the path finds; nothing for a path that cannot be read or does not fit. */
export function find(value: JsonValue, path: string): readonly JsonValue[] {
  try {
    const [first = []] = new JsonPath(`{${path}}`, { allowMissingKeys: true }).find(value);
    return first.flatMap((each): readonly JsonValue[] =>
      each === undefined || each === null ? [] : [each instanceof GoByte || each instanceof GoFloat ? each.value : each],
    );
  } catch (error) {
    if (error instanceof JsonPathError) return [];
    throw error;
  }
}
