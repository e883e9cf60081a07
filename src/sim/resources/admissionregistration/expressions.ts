// Whether a text is an expression of CEL. Types and names are not looked at. Models kubernetes/staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go
import { syntaxProblem } from '../../../kube/machinery/cel/compile.ts';

/** Undefined for what can be read. */
export function expressionProblem(expression: string): string | undefined {
  const problem = syntaxProblem(expression);
  return problem === undefined ? undefined : `compilation failed: ${problem}`;
}
