// What descriptions are written with: lines at depths, whose tabs become columns at the end. Models PrefixWriter of kubernetes/staging/src/k8s.io/kubectl/pkg/describe/describe.go
import { TabWriter } from '../printers/tab-writer.ts';

/** What a terminal could take for a command is made visible. */
const escaped = (text: string): string => text.replaceAll('\u001b', '^[').replaceAll('\r', String.raw`\r`);

export class DescribeWriter {
  readonly #pieces: string[];
  readonly #depth: number;

  constructor(pieces: string[] = [], depth = 0) {
    this.#pieces = pieces;
    this.#depth = depth;
  }

  /** Two spaces for each level, then the text as it is. Every call of a nested writer begins with its depth. */
  write(level: number, text: string): void {
    this.#pieces.push('  '.repeat(level + this.#depth), escaped(text));
  }
  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }
  /** `Label:\tvalue`. */
  field(level: number, label: string, value: string | number | bigint | boolean): void {
    this.write(level, `${label}:\t${value}\n`);
  }
  row(level: number, cells: readonly (string | number | bigint)[]): void {
    this.write(level, `${cells.join('\t')}\n`);
  }

  /** Writes to the same place, deeper. */
  nested(levels: number): DescribeWriter {
    return new DescribeWriter(this.#pieces, this.#depth + levels);
  }

  /** As it was written, tabs and all. */
  get raw(): string {
    return this.#pieces.join('');
  }
  get text(): string {
    return tabulated(this.raw);
  }
}

/** Tabs become columns two spaces apart. Models text/tabwriter as kubectl sets it for descriptions */
export function tabulated(raw: string): string {
  if (raw === '') return '';
  const lines = raw.replaceAll('\v', '\t').replaceAll('\f', '\n').split('\n');
  let text = '';
  const out = new TabWriter((part) => (text += part), { minWidth: 0, padding: 2 });
  for (const line of lines) out.line(line.split('\t'));
  out.flush();
  // What stands behind the last newline has none itself.
  return text.slice(0, -1);
}
