// Table answers: what `kubectl get` prints. Models kubernetes/pkg/printers/tablegenerator.go and the server's table conversion
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { AnyResource, RowContext } from '../../resources/descriptor.ts';
import { goJson } from '../../../kube/machinery/go-json.ts';
import { jsonBody } from './encode.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export function columnDefinitions(resource: AnyResource): JsonObject[] {
  const columns = resource.facts.columns ?? [
    ['Name', 'string', 'name', 0],
    ['Age', 'string', '', 0],
  ];
  return columns.map(([name, type, format, priority]) => ({ name, type, format, description: '', priority }));
}

/** The text of an object inside a row: bytes that are there already. */
function included(object: KubeObject, include: IncludeObject, version: string): string {
  if (include === 'None') return 'null';
  if (include === 'Object') return `{"kind":${goJson(object.kind)},"apiVersion":${goJson(object.apiVersion)},${jsonBody(object).toString()}`;
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":${goJson(object.metadata)}}`;
}

function conditionsOf(object: KubeObject): string {
  const phase = (object as { status?: { phase?: string } }).status?.phase;
  if (object.kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed')) return '';
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return `,"conditions":${goJson([{ type: 'Completed', status: 'True', reason: phase, message }])}`;
}

interface KnownRow {
  readonly second: number;
  readonly text: string;
}
/** Rows of one second: all who watch see the same. */
const rows = new WeakMap<KubeObject, Map<string, KnownRow>>();

export function rowOf(resource: AnyResource, object: KubeObject, include: IncludeObject, version: string, context: RowContext): string {
  const second = Math.floor(context.now / 1000);
  const key = `${include} ${version}`;
  let forms = rows.get(object);
  if (!forms) rows.set(object, (forms = new Map()));
  const known = forms.get(key);
  if (known?.second === second) return known.text;
  const cells = resource.kindRules.row?.(object, context) ?? [object.metadata.name ?? '', ''];
  const text = `{"cells":${goJson(cells)}${conditionsOf(object)},"object":${included(object, include, version)}}`;
  forms.set(key, { second, text });
  return text;
}

const headOf = (metadata: JsonObject, version: string, columns: JsonObject[] | null): string =>
  `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${goJson(metadata)},"columnDefinitions":${goJson(columns)},"rows":[`;

const ROWS_PER_SLICE = 500;

/** A whole table, in slices. */
export function* tablePieces(
  resource: AnyResource,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  include: IncludeObject,
  version: string,
  context: RowContext,
): Generator<Buffer> {
  let piece = headOf(metadata, version, columnDefinitions(resource));
  for (let i = 0; i < objects.length; i++) {
    piece += `${i ? ',' : ''}${rowOf(resource, objects[i] as KubeObject, include, version, context)}`;
    if (i % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  yield Buffer.from(`${piece}]}\n`);
}

/** The table of one event: columns in the first only. */
export function eventTable(
  resource: AnyResource,
  object: KubeObject | undefined,
  metadata: JsonObject,
  include: IncludeObject,
  version: string,
  context: RowContext,
  isFirst: boolean,
): string {
  const row = object ? rowOf(resource, object, include, version, context) : '';
  return `${headOf(metadata, version, isFirst ? columnDefinitions(resource) : null)}${row}]}`;
}
