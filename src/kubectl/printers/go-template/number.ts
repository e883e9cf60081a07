// A number of a template: what it looks like decides what it is. Models text/template/parse/node.go (newNumber)
import { unquoteExtended } from '../../../kube/machinery/json-path/unquote.ts';
import { goQuote } from '../../go-quote.ts';
import type { OperandOf } from './nodes.ts';

const INTEGER = /^[+-]?(?:0[xX]_?[\da-fA-F][\da-fA-F_]*|0[bB]_?[01][01_]*|0[oO]_?[0-7][0-7_]*|0[0-7_]*|[1-9][\d_]*)$/;
const FLOAT = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/;

/** `fail` is told what is wrong with it. */
export function numberNode(at: number, text: string, fail: (message: string) => never): OperandOf<'number'> {
  if (text.startsWith("'")) {
    const char = unquoteExtended(text);
    if (char === undefined || [...char].length !== 1) return fail(char === undefined ? 'invalid syntax' : `malformed character constant: ${text}`);
    const code = char.codePointAt(0) ?? 0;
    return { type: 'number', at, text, int: code, float: code, isFloat: false };
  }
  if (INTEGER.test(text)) {
    const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits) * (text.startsWith('-') ? -1n : 1n);
    if (value < 1n << 64n && value >= -(1n << 63n)) {
      const int = value < 1n << 63n ? Number(value) : undefined;
      return { type: 'number', at, text, int, float: Number(value), isFloat: false };
    }
    return fail(`integer overflow: ${goQuote(text)}`);
  }
  if (!FLOAT.test(text)) return fail(`illegal number syntax: ${goQuote(text)}`);
  if (!/[.eE]/.test(text)) return fail(`integer overflow: ${goQuote(text)}`);
  const float = Number(text.replaceAll('_', ''));
  return { type: 'number', at, text, int: Number.isSafeInteger(float) ? float : undefined, float, isFloat: true };
}
