// Text to something that can be run, or what is wrong with it. Models cel-go/cel/env.go
import { check, type Checked, type Declarations } from './checker.ts';
import { Issues } from './issues.ts';
import { parse } from './parser.ts';
import { validate } from './validators.ts';

export type Compiled = { readonly checked: Checked; readonly problem?: undefined } | { readonly checked?: undefined; readonly problem: string };

/** `problem`: all that is wrong, in cel-go's words. */
export function compile(source: string, declarations: Declarations): Compiled {
  const issues = new Issues(source);
  const expression = parse(source, issues);
  const checked = expression && check(expression, declarations, issues);
  if (!checked) return { problem: String(issues) };
  validate(checked, issues);
  return issues.isEmpty ? { checked } : { problem: String(issues) };
}

/** What keeps a text from being an expression at all, whatever its names mean. */
export function syntaxProblem(source: string): string | undefined {
  const issues = new Issues(source);
  parse(source, issues);
  return issues.isEmpty ? undefined : String(issues);
}
