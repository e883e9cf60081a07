// Tokens of CEL. Models cel-go/parser/gen/CEL.g4
import type { Issues } from './issues.ts';

export type TokenKind =
  | 'NUM_FLOAT'
  | 'NUM_INT'
  | 'NUM_UINT'
  | 'STRING'
  | 'BYTES'
  | 'IDENTIFIER'
  | 'ESC_IDENTIFIER'
  | 'true'
  | 'false'
  | 'null'
  | 'in'
  | '<EOF>'
  | (typeof SYMBOLS)[number];

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** In code points. */
  readonly offset: number;
}

const SYMBOLS = ['==', '!=', '<=', '>=', '&&', '||', '<', '>', '[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':', '+', '*', '/', '%'] as const;
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRING = [
  String.raw`"""(?:${ESCAPE}|[^\\])*?"""`,
  String.raw`'''(?:${ESCAPE}|[^\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
  String.raw`[rR]"""[\s\S]*?"""`,
  String.raw`[rR]'''[\s\S]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
].join('|');

const SKIPPED = /(?:[\t \r\n\f]|\/\/[^\n]*)+/uy;
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['NUM_FLOAT', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/uy],
  ['NUM_UINT', /0x[0-9a-fA-F]+[uU]|\d+[uU]/uy],
  ['NUM_INT', /0x[0-9a-fA-F]+|\d+/uy],
  ['STRING', new RegExp(STRING, 'uy')],
  ['BYTES', new RegExp(`[bB](?:${STRING})`, 'uy')],
  ['IDENTIFIER', /[A-Za-z_][A-Za-z0-9_]*/uy],
  ['ESC_IDENTIFIER', /`[A-Za-z0-9_.\-/ ]+`/uy],
];

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The token at `at`, the longest that fits. */
function tokenAt(source: string, at: number): readonly [TokenKind, string] | undefined {
  let best: readonly [TokenKind, string] | undefined;
  for (const [kind, pattern] of PATTERNS) {
    const text = matchAt(pattern, source, at);
    if (text !== undefined && text.length > (best?.[1].length ?? 0)) best = [kind, text];
  }
  if (best?.[0] === 'IDENTIFIER' && WORDS.has(best[1])) return [best[1] as TokenKind, best[1]];
  if (best) return best;
  const symbol = SYMBOLS.find((each) => source.startsWith(each, at));
  return symbol && [symbol, symbol];
}

/** Ends with `<EOF>`. What is no token is reported and left out. */
export function tokensOf(source: string, issues: Issues): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let offset = 0;
  const advance = (text: string): void => {
    at += text.length;
    offset += [...text].length;
  };
  for (;;) {
    advance(matchAt(SKIPPED, source, at) ?? '');
    if (at >= source.length) break;
    const found = tokenAt(source, at);
    if (found) {
      tokens.push({ kind: found[0], text: found[1], offset });
      advance(found[1]);
    } else {
      const text = unreadable(source, at);
      issues.report(offset, `Syntax error: token recognition error at: '${text.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}'`);
      advance(text);
    }
  }
  tokens.push({ kind: '<EOF>', text: '<EOF>', offset });
  return tokens;
}

const BEGUN = /"""(?:[^\\]|\\.)*|'''(?:[^\\]|\\.)*|(?:[bB]?[rR]?)?"[^"\n\r\\]*(?:\\.)?|(?:[bB]?[rR]?)?'[^'\n\r\\]*(?:\\.)?|[=&|].?|`[A-Za-z0-9_.\-/ ]*.?/suy;

/** What ANTLR has read until it is sure that it is no token. */
const unreadable = (source: string, at: number): string => matchAt(BEGUN, source, at) || String.fromCodePoint(source.codePointAt(at) ?? 0);
