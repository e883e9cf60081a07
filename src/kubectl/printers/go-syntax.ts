// A value as Go source, for what is shown where a template fails.
import { sortedEntries } from '../../kube/machinery/go-text.ts';
import { goPrint, kindOf, type GoValue } from '../../kube/machinery/go-values.ts';
import { isJsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { goQuote } from '../go-quote.ts';

/** `%#v`: the value as Go source. */
export function goSyntax(value: GoValue): string {
  switch (kindOf(value)) {
    case 'nil':
      return 'interface {}(nil)';
    case 'string':
      return goQuote(value as string);
    case 'slice':
      return `[]interface {}{${(value as readonly JsonValue[]).map(goSyntax).join(', ')}}`;
    case 'map':
      return isJsonObject(value)
        ? `map[string]interface {}{${sortedEntries(value)
            .map(([key, item]) => `${goQuote(key)}:${goSyntax(item)}`)
            .join(', ')}}`
        : '';
    default:
      return goPrint(value);
  }
}
