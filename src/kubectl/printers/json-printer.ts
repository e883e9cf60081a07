// -o json: four spaces deep, keys in order, safe inside HTML, as Go writes it.
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import type { ObjectPrinter } from './printer.ts';

export const jsonPrinter = (): ObjectPrinter => ({
  print: (object) => `${sortedGoJson(object, 4)}\n`,
  printEvent: (type, object) => `{"type":${sortedGoJson(type)},"object":${sortedGoJson(object)}}\n`,
});
