// Templates and paths on one object, and what the libraries that kubectl is made of say to them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JsonPath } from '../../../../src/kube/machinery/json-path/json-path.ts';
import { JsonPathError } from '../../../../src/kube/machinery/json-path/parse.ts';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { execute, TemplateFailure } from '../../../../src/kubectl/printers/go-template/execute.ts';
import { FUNCTIONS } from '../../../../src/kubectl/printers/go-template/functions.ts';
import { parseTemplates, TemplateSyntaxError } from '../../../../src/kubectl/printers/go-template/parser.ts';

interface Recorded {
  readonly object: JsonObject;
  readonly cases: readonly { readonly template: string; readonly missing?: 'error'; readonly json?: boolean; readonly says: string }[];
}
const recorded = (name: string): Recorded => JSON.parse(readFileSync(join(import.meta.dirname, '../../../golden/kubectl-printers', name), 'utf8')) as Recorded;

const jsonpath = recorded('jsonpath.json');
test.each(jsonpath.cases)('jsonpath $template', ({ template, missing, json, says }) => {
  let said: string;
  try {
    const path = new JsonPath(template, { allowMissingKeys: missing === undefined });
    try {
      said = path.print(jsonpath.object, json);
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      said = `ERR ${error.message}`;
    }
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    said = `PARSE ${error.message}`;
  }
  expect(said).toBe(says);
});

const templates = recorded('go-template.json');
const functions = new Set(Object.keys(FUNCTIONS));
test.each(templates.cases)('go-template $template', ({ template, missing, says }) => {
  let said = '';
  try {
    const parsed = parseTemplates('output', template, functions);
    execute({ templates: parsed, name: 'output', missingIsError: missing !== undefined, write: (text) => void (said += text) }, templates.object);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) said = `PARSE ${error.message}`;
    else if (error instanceof TemplateFailure) said += `ERR ${error.message}`;
    else throw error;
  }
  expect(said).toBe(says);
});
