// Printers of whole objects: what `-o` names, chosen once per command. To add a format: a file here and a line in FORMATS.
// Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { isList, metadataOf } from '../resources/info.ts';

/** Writes an object as text. A printer may be asked for several in turn (YAML puts `---` between them). */
export interface ObjectPrinter {
  print(object: JsonObject): string;
}

export interface PrintChoice {
  readonly output: string;
  readonly template: string;
  readonly 'show-managed-fields': boolean;
  readonly 'allow-missing-template-keys': boolean;
}
export interface PrinterRequest extends PrintChoice {
  /** Behind `=` in `-o jsonpath={…}`, or the template. */
  readonly argument: string;
  /** `created`, `configured` …: what `-o name` leaves out and the plain form says. */
  readonly operation: string;
  readonly ports: Ports;
}
export type PrinterFactory = (request: PrinterRequest) => Promise<ObjectPrinter>;

/** By format; each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, PrinterFactory>> = {
  json: async () => (await import('./json-printer.ts')).jsonPrinter(),
  yaml: async () => (await import('./yaml-printer.ts')).yamlPrinter(),
  name: async () => (await import('./name-printer.ts')).namePrinter(''),
};

const FORMAT_NAMES = [
  'json',
  'yaml',
  'kyaml',
  'name',
  'go-template',
  'go-template-file',
  'template',
  'templatefile',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
];

/** Undefined where the command has a form of its own (no `-o`, or `wide`). Rejects with kubectl's sentence for a format that is none. */
export async function printerFor(
  choice: PrintChoice,
  ports: Ports,
  { operation = '', own = [] as readonly string[] } = {},
): Promise<ObjectPrinter | undefined> {
  const { output, template } = choice;
  const equals = output.indexOf('=');
  const format = equals < 0 ? (output === '' && template !== '' ? 'go-template' : output) : output.slice(0, equals);
  if (format === '' || own.includes(output)) return undefined;
  const factory = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (!factory) throw noPrinter(output, own);
  const printer = await factory({ ...choice, argument: equals < 0 ? template : output.slice(equals + 1), operation, ports });
  return choice['show-managed-fields'] ? printer : { print: (object) => printer.print(withoutManagedFields(object)) };
}

const noPrinter = (output: string, own: readonly string[] = []): CommandError =>
  new CommandError(
    `unable to match a printer suitable for the output format ${goQuote(output)}, allowed formats are: ${[...FORMAT_NAMES, ...own].sort().join(',')}`,
  );

function withoutManagedFields(object: JsonObject): JsonObject {
  if (isList(object)) return { ...object, items: object.items.map((item) => withoutManagedFields(item)) };
  const metadata = metadataOf(object);
  if (metadata['managedFields'] === undefined) return object;
  const { managedFields: _managedFields, ...rest } = metadata;
  return { ...object, metadata: rest };
}
