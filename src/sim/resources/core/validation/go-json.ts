// What Go's encoding/json says of text that is no JSON object.
import { syntaxProblem } from '../../../../kube/machinery/json-syntax.ts';

/** Undefined when the text is an object, or null. */
export function goJsonObjectProblem(text: string): string | undefined {
  const problem = syntaxProblem(text);
  if (problem !== undefined) return problem;
  const value = JSON.parse(text) as unknown;
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}
