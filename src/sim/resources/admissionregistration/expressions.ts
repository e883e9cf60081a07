// Whether a text is an expression of CEL. Types and names are not looked at. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go
import { parse } from '@marcbachmann/cel-js';
import { messageOf } from '../../../errors/app-error.ts';

/** Undefined for what can be read. */
export function expressionProblem(expression: string): string | undefined {
  try {
    parse(expression);
    return undefined;
  } catch (error) {
    return `compilation failed: ERROR: <input>:1:1: Syntax error: ${messageOf(error)}`;
  }
}
