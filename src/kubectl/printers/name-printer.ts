// -o name, and the plain form of most commands: `pod/web created`. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/name.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { groupKindOf, isList, metadataOf, textField } from '../resources/info.ts';
import type { ObjectPrinter } from './printer.ts';

/** `deployment.apps/web`. */
export function nameOf(object: JsonObject): string {
  const { group, kind } = groupKindOf(object);
  const name = textField(metadataOf(object), 'name') || '<unknown>';
  return kind ? `${kind.toLowerCase()}${group ? `.${group}` : ''}/${name}` : `<unknown>/${name}`;
}

export function namePrinter(operation: string): ObjectPrinter {
  const print = (object: JsonObject): string => {
    if (isList(object)) return object.items.map(print).join('');
    return `${nameOf(object)}${operation ? ` ${operation}` : ''}\n`;
  };
  return { print, printEvent: (_type, object) => print(object) };
}
