// -o jsonpath, jsonpath-as-json and jsonpath-file. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/jsonpath.go
import { JsonPath } from '../../kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../kube/machinery/json-path/parse.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { goSyntax } from './go-syntax.ts';
import type { ObjectPrinter, PrinterRequest } from './printer.ts';
import { templateOf } from './template-file.ts';

export async function jsonpathPrinter(request: PrinterRequest, { isFile = false, asJson = false } = {}): Promise<ObjectPrinter> {
  const template = await templateOf(request, isFile);
  const path = readPath(template, request['allow-missing-template-keys']);
  return {
    print(object) {
      try {
        return path.print(object, asJson);
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        throw new CommandError(
          `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
            `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
        );
      }
    },
  };
}

function readPath(template: string, allowMissingKeys: boolean): JsonPath {
  try {
    return new JsonPath(template, { allowMissingKeys });
  } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(`error parsing jsonpath ${template}, ${error.message}`) : error;
  }
}
