// Counters, gauges and histograms in Prometheus' text form.

export type Labels = Readonly<Record<string, string>>;

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

export function labelText(labels: Labels): string {
  const parts = Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escaped(labels[name] ?? '')}"`);
  return parts.length ? `{${parts.join(',')}}` : '';
}

export interface Metric {
  render(): string;
}

/** One value of a metric, to be counted up without looking for it again. */
export interface Cell {
  value: number;
}

class Scalar implements Metric {
  readonly #values = new Map<string, Cell>();
  readonly #head: string;
  readonly #name: string;

  constructor(name: string, help: string, type: 'counter' | 'gauge') {
    this.#name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  cell(labels: Labels): Cell {
    const key = labelText(labels);
    let cell = this.#values.get(key);
    if (!cell) this.#values.set(key, (cell = { value: 0 }));
    return cell;
  }

  /** Nothing at all where nothing was counted. */
  render(): string {
    if (!this.#values.size) return '';
    return (
      this.#head +
      [...this.#values]
        .sort(byKey)
        .map(([labels, { value }]) => `${this.#name}${labels} ${value}\n`)
        .join('')
    );
  }
}

export class Counter extends Scalar {
  constructor(name: string, help: string) {
    super(name, help, 'counter');
  }
}
export class Gauge extends Scalar {
  constructor(name: string, help: string) {
    super(name, help, 'gauge');
  }
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** What is known of one set of labels. */
export interface Observed {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Histogram implements Metric {
  readonly #name: string;
  readonly #head: string;
  readonly #buckets: readonly number[];
  readonly #observed = new Map<string, Observed>();

  /** `buckets` ascending, without +Inf. */
  constructor(name: string, help: string, buckets: readonly number[]) {
    this.#name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;
    this.#buckets = buckets;
  }

  series(labels: Labels): Observed {
    const key = labelText(labels);
    let observed = this.#observed.get(key);
    if (!observed) this.#observed.set(key, (observed = { labels, counts: this.#buckets.map(() => 0), sum: 0, count: 0 }));
    return observed;
  }

  observe(observed: Observed, value: number): void {
    const bucket = this.#buckets.findIndex((limit) => value <= limit);
    if (bucket >= 0) observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1;
    observed.sum += value;
    observed.count++;
  }

  render(): string {
    if (!this.#observed.size) return '';
    return (
      this.#head +
      [...this.#observed]
        .sort(byKey)
        .map(([key, observed]) => this.#lines(key, observed))
        .join('')
    );
  }

  #lines(key: string, { labels, counts, sum, count }: Observed): string {
    let total = 0;
    const lines = this.#buckets.map((limit, i) => {
      total += counts[i] ?? 0;
      return `${this.#name}_bucket${labelText({ ...labels, le: String(limit) })} ${total}\n`;
    });
    return `${lines.join('')}${this.#name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}\n${this.#name}_sum${key} ${sum}\n${this.#name}_count${key} ${count}\n`;
  }
}
