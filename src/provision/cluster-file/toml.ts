// What is wrong with lines of TOML that a program on a host will read: found here, it is found before anything is changed. Values are not looked into. Pure.

/** Counted from 1 within the text. */
export interface TomlFlaw {
  readonly line: number;
  readonly message: string;
}

const WORD = String.raw`(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`;
const KEY = String.raw`${WORD}(?:[ \t]*\.[ \t]*${WORD})*`;
const END = String.raw`[ \t]*(?:#[^\n]*)?(?:\n|$)`;
const NOTHING = new RegExp(END, 'y');
const TABLE = new RegExp(String.raw`[ \t]*(\[[ \t]*(${KEY})[ \t]*\]|\[\[[ \t]*(${KEY})[ \t]*\]\])${END}`, 'y');
const ASSIGNED = new RegExp(String.raw`[ \t]*(${KEY})[ \t]*=[ \t]*`, 'y');
const FIELD = new RegExp(String.raw`\s*(${KEY})[ \t]*=[ \t]*`, 'y');
const TEXT = /"""(?:[^\\]|\\[^])*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;
const NUMBER = String.raw`[+-]?(?:0x[\dA-Fa-f_]+|0o[0-7_]+|0b[01_]+|inf|nan|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)`;
const DATE = String.raw`\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?`;
const BARE = new RegExp(String.raw`(?:true|false|${DATE}|${NUMBER})(?![\w.:+-])`, 'y');
const SPACE = /(?:\s|#[^\n]*(?:\n|$))*/y;

/** Where what stands at `at` ends; undefined where it is not that. */
function past(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function pastValue(text: string, at: number): number | undefined {
  const mark = text[at];
  if (mark === '[') return pastItems(text, at + 1, ']', pastValue);
  if (mark === '{')
    return pastItems(text, at + 1, '}', (_, begin) => {
      const value = past(FIELD, text, begin);
      return value === undefined ? undefined : pastValue(text, value);
    });
  return past(TEXT, text, at) ?? past(BARE, text, at);
}

function pastItems(text: string, begin: number, close: string, pastItem: (text: string, at: number) => number | undefined): number | undefined {
  const skipped = (at: number): number => past(SPACE, text, at) ?? at;
  for (let at = skipped(begin); ;) {
    if (text[at] === close) return at + 1;
    const end = pastItem(text, at);
    if (end === undefined) return undefined;
    at = skipped(end);
    if (text[at] === ',') at = skipped(at + 1);
    else if (text[at] !== close) return undefined;
  }
}

/** The first mistake. */
export function tomlFlaw(toml: string): TomlFlaw | undefined {
  const text = toml.replaceAll('\r\n', '\n');
  const seen = new Set<string>();
  let table = '';
  let at = 0;
  const flaw = (why: string): TomlFlaw => ({ line: text.slice(0, at).split('\n').length, message: why });
  const isSecond = (name: string): boolean => seen.size === seen.add(name).size;
  while (at < text.length) {
    const blank = past(NOTHING, text, at);
    if (blank !== undefined) {
      at = blank;
      continue;
    }
    TABLE.lastIndex = at;
    const header = TABLE.exec(text);
    if (header) {
      const [whole, , name, item] = header;
      table = item === undefined ? plain(name ?? '') : `${plain(item)}[${at}]`;
      if (item === undefined && isSecond(`[${table}]`)) return flaw(`opens the table ${table} a second time`);
      at += whole.length;
      continue;
    }
    ASSIGNED.lastIndex = at;
    const assigned = ASSIGNED.exec(text);
    if (!assigned)
      return flaw(/^[ \t]*\[/.test(text.slice(at)) ? 'is no [table]: a bracket or a quote is not closed' : 'is neither a [table] nor `key = value`');
    const [whole, key = ''] = assigned;
    if (isSecond(`${table} ${plain(key)}`)) return flaw(`gives ${plain(key)} a second time`);
    const value = pastValue(text, at + whole.length);
    const end = value === undefined ? undefined : past(NOTHING, text, value);
    if (end === undefined)
      return flaw(`has no value that TOML knows after ${plain(key)}: texts stand in quotes, lists in [ ], and nothing but a comment behind them`);
    at = end;
  }
  return undefined;
}

/** Names are the same however they are quoted. */
const plain = (key: string): string => key.replaceAll(/["'\s]/g, '');
