// The tables of a `get`: one per resource, an empty line between two. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
import type { Kubectl } from '../kubectl.ts';
import type { Info } from '../resources/info.ts';
import { isTable, plainTable } from './plain-table.ts';
import { TablePrinter, type TableOptions } from './table-printer.ts';
import { TabWriter } from './tab-writer.ts';

export interface ResourceTableOptions extends Omit<TableOptions, 'kindPrefix'> {
  readonly withKind?: boolean;
}

export class ResourceTables {
  readonly #kubectl: Kubectl;
  readonly #options: ResourceTableOptions;
  readonly #writer: TabWriter;
  #printer: TablePrinter | undefined;
  #resource: Info['resource'];
  #needsGap = false;
  hasPrinted = false;

  constructor(kubectl: Kubectl, options: ResourceTableOptions) {
    this.#kubectl = kubectl;
    this.#options = options;
    this.#writer = new TabWriter((text) => this.#write(text), { remembersWidths: true });
  }

  /** `event` is what a watch says of it. */
  add(info: Info, event?: string): void {
    const { resource } = info;
    if (!this.#printer || resource?.resource !== this.#resource?.resource || resource?.group !== this.#resource?.group) {
      this.#writer.flush();
      this.#writer.forgetWidths();
      this.#needsGap = this.hasPrinted && !this.#options.noHeaders;
      this.#printer = new TablePrinter(this.#optionsFor(info));
      this.#resource = resource;
    }
    const table = isTable(info.content) ? info.content : plainTable(info.content, this.#kubectl.ports.clock.now());
    this.#printer.print(table, this.#writer, event);
  }

  /** What has been added so far is written. */
  end(): void {
    this.#writer.flush();
  }

  #optionsFor({ resource, isNamespaced }: Info): TableOptions {
    const { withKind, withNamespace, ...rest } = this.#options;
    return {
      ...rest,
      ...(withNamespace && isNamespaced ? { withNamespace } : {}),
      ...(withKind && resource ? { kindPrefix: `${resource.kind.toLowerCase()}${resource.group ? `.${resource.group}` : ''}` } : {}),
    };
  }

  #write(text: string): void {
    if (this.#needsGap) this.#kubectl.print('\n');
    this.#needsGap = false;
    this.hasPrinted = true;
    this.#kubectl.print(text);
  }
}
