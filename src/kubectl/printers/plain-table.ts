// The table that kubectl makes itself of an object: its name and its age. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go (defaultHandlerEntry)
import { humanAge } from '../../kube/machinery/human-duration.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { metadataOf, textField } from '../resources/info.ts';

const COLUMNS = [
  { name: 'Name', type: 'string', format: 'name', priority: 0 },
  { name: 'Age', type: 'string', format: '', priority: 0 },
];

export const isTable = (object: JsonObject): boolean => object['kind'] === 'Table' && String(object['apiVersion']).startsWith('meta.k8s.io/');

export function plainTable(object: JsonObject, now: number): JsonObject {
  const metadata = metadataOf(object);
  return { columnDefinitions: COLUMNS, rows: [{ cells: [textField(metadata, 'name'), humanAge(textField(metadata, 'creationTimestamp'), now)], object }] };
}
