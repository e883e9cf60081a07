// Printers of whole objects: what `-o` names, chosen once per command. To add a format: a file here and a line in FORMATS.
// Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { withoutManagedFields } from '../resources/info.ts';

/** Writes an object as text. A printer may be asked for several in turn (YAML puts `---` between them). */
export interface ObjectPrinter {
  print(object: JsonObject): string;
  /** What a watch tells, for forms that show it otherwise than as an object with `type` and `object`. */
  printEvent?(type: string, object: JsonObject): string;
}

export interface PrintChoice {
  readonly output: string;
  readonly template: string;
  readonly 'show-managed-fields': boolean;
  readonly 'allow-missing-template-keys': boolean;
  readonly 'no-headers'?: boolean;
}
export interface PrinterRequest extends PrintChoice {
  /** Behind `=` in `-o jsonpath={…}`, or the template. */
  readonly argument: string;
  /** `created`, `configured` …: what `-o name` leaves out and the plain form says. */
  readonly operation: string;
  readonly ports: Ports;
  readonly isTyped: boolean;
}
interface Format {
  /** Takes an argument: `jsonpath={…}`. */
  readonly isTemplate?: boolean;
  /** Shows all of an object, but for the managedFields unless they are asked for. */
  readonly isWhole?: boolean;
  /** Only for commands that show tables. */
  readonly isOfGet?: boolean;
  readonly load: (request: PrinterRequest) => Promise<ObjectPrinter>;
}

const goTemplate = (isFile: boolean): Format => ({
  isTemplate: true,
  load: async (request) => (await import('./go-template-printer.ts')).goTemplatePrinter(request, { isFile }),
});
const jsonpath = (form: { readonly isFile?: boolean; readonly asJson?: boolean }): Format => ({
  isTemplate: true,
  load: async (request) => (await import('./jsonpath-printer.ts')).jsonpathPrinter(request, form),
});
const customColumns = (isFile: boolean): Format => ({
  isTemplate: true,
  isOfGet: true,
  load: async (request) => (await import('./custom-columns.ts')).customColumnsPrinter(request, { isFile }),
});

/** By name; each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, Format>> = {
  'custom-columns': customColumns(false),
  'custom-columns-file': customColumns(true),
  'go-template': goTemplate(false),
  'go-template-file': goTemplate(true),
  json: { isWhole: true, load: async ({ isTyped }) => (await import('./json-printer.ts')).jsonPrinter(isTyped) },
  jsonpath: jsonpath({}),
  'jsonpath-as-json': jsonpath({ asJson: true }),
  'jsonpath-file': jsonpath({ isFile: true }),
  kyaml: { isWhole: true, load: async ({ isTyped }) => (await import('./kyaml-printer.ts')).kyamlPrinter(isTyped) },
  name: { load: async () => (await import('./name-printer.ts')).namePrinter('') },
  template: goTemplate(false),
  templatefile: goTemplate(true),
  yaml: { isWhole: true, load: async () => (await import('./yaml-printer.ts')).yamlPrinter() },
};
const formatNamed = (name: string): Format | undefined => (Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined);

/**
 * `isTyped` objects are written in the order of their fields, as JSON of Go's own types is.
 * Undefined where the command has a form of its own (no `-o`, or one of `own`). Rejects with kubectl's sentence for a format that is none.
 */
export async function printerFor(
  choice: PrintChoice,
  ports: Ports,
  { operation = '', own = [] as readonly string[], isTyped = false } = {},
): Promise<ObjectPrinter | undefined> {
  const { template } = choice;
  const output = choice.output === '' && template !== '' ? 'go-template' : choice.output;
  if (output === '' || (own.includes(output) && !formatNamed(output))) return undefined;
  const equals = output.indexOf('=');
  // With --template nothing is looked for behind the format.
  const head = equals < 0 || template !== '' ? output : output.slice(0, equals);
  const named = formatNamed(head);
  const format = named?.isTemplate ? named : formatNamed(output.toLowerCase());
  if (!format || (format.isTemplate && !named) || (format.isOfGet && !own.includes(head))) throw noPrinter(output, own);
  const argument = template || (equals < 0 ? '' : output.slice(equals + 1));
  const printer = await format.load({ ...choice, argument, operation, ports, isTyped });
  return !format.isWhole || choice['show-managed-fields'] ? printer : { ...printer, print: (object) => printer.print(withoutManagedFields(object)) };
}

const noPrinter = (output: string, own: readonly string[] = []): CommandError =>
  new CommandError(
    `unable to match a printer suitable for the output format ${goQuote(output)}, allowed formats are: ${[...new Set([...namesOfAll(), ...own])].sort().join(',')}`,
  );

const namesOfAll = (): readonly string[] => Object.keys(FORMATS).filter((name) => !FORMATS[name]?.isOfGet);
