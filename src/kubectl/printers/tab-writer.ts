// Columns of text, padded to the widest cell of each. Models github.com/liggitt/tabwriter as kubectl uses it: at least 6 wide, 3 spaces between
const MIN_WIDTH = 6;
const PADDING = 3;

export interface TabWriterOptions {
  /** Columns of a later part are at least as wide as those before it. */
  readonly remembersWidths?: boolean;
  readonly minWidth?: number;
  readonly padding?: number;
}

export class TabWriter {
  readonly #write: (text: string) => void;
  readonly #options: TabWriterOptions;
  #lines: string[][] = [];
  #widths: number[] = [];

  constructor(write: (text: string) => void, options: TabWriterOptions = {}) {
    this.#write = write;
    this.#options = options;
  }

  /** A line of cells; its last one is not padded. */
  line(cells: readonly string[]): void {
    this.#lines.push([...cells]);
  }

  /** Writes what was gathered. */
  flush(): void {
    if (!this.#lines.length) return;
    const { minWidth = MIN_WIDTH, padding = PADDING } = this.#options;
    const text = blocks(this.#lines, this.#options.remembersWidths ? this.#widths : undefined, minWidth, padding);
    this.#lines = [];
    this.#write(text);
  }

  forgetWidths(): void {
    this.#widths = [];
  }
}

/** A column goes on for as long as the lines below have it too: each run of such lines has a width of its own. */
function blocks(lines: readonly (readonly string[])[], remembered: number[] | undefined, minWidth: number, padding: number): string {
  const padded = lines.map((cells) => cells.slice(0, -1).map(() => 0));
  const columns = Math.max(0, ...padded.map((cells) => cells.length));
  for (let column = 0; column < columns; column++)
    for (let start = 0; start < lines.length;) {
      if (column >= (padded[start]?.length ?? 0)) {
        start++;
        continue;
      }
      let end = start;
      let width = Math.max(minWidth, remembered?.[column] ?? 0);
      for (; end < lines.length && column < (padded[end]?.length ?? 0); end++) width = Math.max(width, widthOf(lines[end]?.[column] ?? '') + padding);
      if (remembered) remembered[column] = width;
      for (; start < end; start++) (padded[start] ?? [])[column] = width;
    }
  return lines
    .map((cells, i) => {
      const head = cells.slice(0, -1).map((cell, column) => cell + ' '.repeat(Math.max(0, (padded[i]?.[column] ?? 0) - widthOf(cell))));
      return `${head.join('')}${cells.at(-1) ?? ''}\n`;
    })
    .join('');
}

/** In characters, as Go counts runes. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const _char of text) width++;
  return width;
};
