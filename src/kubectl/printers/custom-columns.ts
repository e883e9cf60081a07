// -o custom-columns=NAME:.metadata.name,… and custom-columns-file. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
import { JsonPath } from '../../kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../kube/machinery/json-path/parse.ts';
import { goPrint } from '../../kube/machinery/go-values.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { CommandError } from '../failures.ts';
import { isList } from '../resources/info.ts';
import { systemReason } from '../system-reason.ts';
import type { ObjectPrinter, PrinterRequest } from './printer.ts';
import { relaxedPath } from './relaxed-path.ts';
import { TabWriter } from './tab-writer.ts';

interface Column {
  readonly header: string;
  readonly path: string;
}

export async function customColumnsPrinter(request: PrinterRequest, { isFile = false } = {}): Promise<ObjectPrinter> {
  const { argument } = request;
  if (argument === '') throw new CommandError('custom-columns format specified but no custom columns given');
  const columns = isFile ? await columnsOfFile(request) : columnsOfSpec(argument);
  // The file's headers stand whatever --no-headers says.
  let showsHeaders = isFile || request['no-headers'] !== true;
  return {
    print(object) {
      let text = '';
      const out = new TabWriter((part) => void (text += part));
      if (showsHeaders) out.line(columns.map(({ header }) => header));
      showsHeaders = false;
      const paths = columns.map(({ path }) => parsed(path));
      for (const item of isList(object) ? object.items : [object]) out.line(paths.map((path) => cell(path, item)));
      out.flush();
      return text;
    },
  };
}

function columnsOfSpec(spec: string): readonly Column[] {
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new CommandError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: relaxedPath(part.slice(colon + 1)) };
  });
}

const EXPECTED = 'Expected format is one line of space separated headers, one line of space separated column specs.';

async function columnsOfFile({ argument, ports }: PrinterRequest): Promise<readonly Column[]> {
  let text: string;
  try {
    text = Buffer.from(await ports.files.read(argument)).toString('utf8');
  } catch (error) {
    throw new CommandError(`error reading template ${argument}, ${systemReason(error, argument)}\n`);
  }
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  const words = (line: string): readonly string[] => line.split(/\s+/).filter(Boolean);
  const [first, second] = lines;
  if (first === undefined) throw new CommandError(`invalid template, missing header line. ${EXPECTED}`);
  if (second === undefined) throw new CommandError(`invalid template, missing spec line. ${EXPECTED}`);
  const headers = words(first);
  const specs = words(second);
  if (headers.length !== specs.length) throw new CommandError(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`);
  return headers.map((header, i) => ({ header, path: relaxedPath(specs[i] ?? '') }));
}

function parsed(path: string): JsonPath {
  try {
    return new JsonPath(path, { allowMissingKeys: true });
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(error.message) : error;
  }
}

function cell(path: JsonPath, object: JsonObject): string {
  try {
    const found = path.find(object);
    const texts = found.flat().map((value) => goPrint(value).replaceAll('\u001b', '^['));
    return [...(found[0]?.length ? [] : ['<none>']), ...texts].join(',');
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(error.message) : error;
  }
}
