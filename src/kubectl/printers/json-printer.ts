// -o json: four spaces deep, keys in order, safe inside HTML, as Go writes it.
import { goJson, sortedGoJson } from '../../kube/machinery/go-json.ts';
import type { ObjectPrinter } from './printer.ts';

export const jsonPrinter = (isTyped = false): ObjectPrinter => ({
  print: (object) => `${isTyped ? goJson(object, 4) : sortedGoJson(object, 4)}\n`,
  printEvent: (type, object) => `{"type":${sortedGoJson(type)},"object":${sortedGoJson(object)}}\n`,
});
