// Tables as the server sends them: which columns are shown, and those that kubectl adds (namespace, kind, labels). Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go
import { goPrint } from '../../kube/machinery/go-values.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { metadataOf, textField } from '../resources/info.ts';
import type { TabWriter } from './tab-writer.ts';

export interface TableOptions {
  readonly noHeaders?: boolean;
  /** Also the columns of low priority. */
  readonly wide?: boolean;
  readonly withNamespace?: boolean;
  /** Names are `pod/web`; the kind with its group. */
  readonly kindPrefix?: string;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  readonly priority: number;
}
interface Row {
  readonly cells: readonly JsonValue[];
  readonly object?: JsonObject;
}

/** Events stand in a column as wide as the longest of them. */
const LONGEST_EVENT = 'MODIFIED'.length;

/** Prints tables of one resource one below the other; the columns stand above the first. */
export class TablePrinter {
  readonly #options: TableOptions;
  #columns: readonly Column[] | undefined;
  #hasHeaders = false;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** `event` is what a watch says of it. */
  print(table: JsonObject, out: TabWriter, event?: string): void {
    const rows = (table['rows'] ?? []) as unknown as readonly Row[];
    const sent = (table['columnDefinitions'] ?? []) as unknown as readonly Column[];
    // Later parts of a watch come without definitions: those of the first hold.
    if (sent.length && !jsonEqual(sent, this.#columns)) {
      this.#columns = sent;
      this.#hasHeaders = false;
    }
    const columns = this.#columns ?? [];
    const head = event === undefined ? [] : ['EVENT'];
    if (!this.#hasHeaders && columns.length && rows.length && !this.#options.noHeaders) out.line([...head, ...this.#headers(columns)]);
    this.#hasHeaders ||= rows.length > 0;
    for (const row of rows) out.line([...head.map(() => (event ?? '').padEnd(LONGEST_EVENT)), ...this.#cells(columns, row)]);
  }

  #headers(columns: readonly Column[]): readonly string[] {
    const { withNamespace, showLabels, labelColumns = [] } = this.#options;
    return [
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...this.#shown(columns).map(({ name }) => name.toUpperCase()),
      ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  #cells(columns: readonly Column[], { cells, object = {} }: Row): readonly string[] {
    const { withNamespace, kindPrefix, showLabels, labelColumns = [] } = this.#options;
    const metadata = metadataOf(object);
    const labels = isJsonObject(metadata['labels']) ? metadata['labels'] : {};
    const named = kindPrefix ? columns.findIndex(({ format, type }) => format === 'name' && type === 'string') : -1;
    const texts = columns.map((_column, i) => (i === named ? `${kindPrefix}/${cellText(cells[i])}` : cellText(cells[i])));
    return [
      ...(withNamespace ? [textField(metadata, 'namespace')] : []),
      ...texts.filter((_text, i) => this.#isShown(columns[i])),
      ...labelColumns.map((label) => (typeof labels[label] === 'string' ? labels[label] : '')),
      ...(showLabels ? [labelsText(labels)] : []),
    ];
  }

  #shown(columns: readonly Column[]): readonly Column[] {
    return columns.filter((column) => this.#isShown(column));
  }
  #isShown(column: Column | undefined): boolean {
    return column !== undefined && (this.#options.wide === true || column.priority === 0);
  }
}

function labelsText(labels: JsonObject): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length ? pairs.map(([key, value]) => `${key}=${String(value)}`).join(',') : '<none>';
}

/** A cell on one line; what would break it is escaped. */
function cellText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  const text = goPrint(value);
  const end = text.search(/[\f\n\r]/);
  const line = end < 0 ? text : `${text.slice(0, end)}...`;
  return line.replaceAll('\u001b', '^[');
}
