// -o go-template and its other names. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/template.go
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import { goPrint } from '../../kube/machinery/go-values.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { execute, TemplateFailure } from './go-template/execute.ts';
import { FUNCTIONS } from './go-template/functions.ts';
import { parseTemplates, TemplateSyntaxError, type Templates } from './go-template/parser.ts';
import type { ObjectPrinter, PrinterRequest } from './printer.ts';
import { templateOf } from './template-file.ts';

const NAME = 'output';

export async function goTemplatePrinter(request: PrinterRequest, { isFile = false } = {}): Promise<ObjectPrinter> {
  const template = await templateOf(request, isFile);
  const templates = readTemplates(template);
  const missingIsError = !request['allow-missing-template-keys'];
  return {
    print(object) {
      let text = '';
      try {
        execute({ templates, name: NAME, missingIsError, write: (part) => void (text += part) }, object);
        return text;
      } catch (error) {
        if (!(error instanceof TemplateFailure)) throw error;
        // What was written until then stands on stdout, with what helps to find the fault.
        request.ports.stdout.write(
          `${text}Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
            `\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${sortedGoJson(object)}\n\tobject given to template engine was:\n\t\t${goPrint(object)}\n\n`,
        );
        throw new CommandError(`error executing template ${goQuote(template)}: ${error.message}`);
      }
    },
  };
}

function readTemplates(template: string): Templates {
  try {
    return parseTemplates(NAME, template, new Set(Object.keys(FUNCTIONS)));
  } catch (error) {
    throw error instanceof TemplateSyntaxError ? new CommandError(`error parsing template ${template}, ${error.message}`) : error;
  }
}
