// `"%s has %d".format([…])`. Models cel-go/ext/formatting.go
import { runtimeType } from '../runtime-types.ts';
import { secondsText, timestampText } from '../time-text.ts';
import { CelError, Duration, List, Mapping, Timestamp, Uint, runtimeName, type Value } from '../values.ts';
import { goDouble } from '../number-text.ts';
import { plainText } from '../value-text.ts';

class FormatProblem extends Error {}
const DEFAULT_PRECISION = 6;
const SPECIAL: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

/** What each clause is for, and the sentence about anything else. */
const MISUSES: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};
export const misuse = (clause: string, type: string): string => `${MISUSES[clause.toLowerCase()] ?? ''}, was given ${type}`;

interface Clause {
  readonly letter: string;
  readonly precision: number | undefined;
}
export type FormatPiece = string | Clause;

/** Text and clauses in turn; a problem is told when the clause is reached. `count`: how many arguments there are. */
export function* formatPieces(format: string, count: number): Generator<FormatPiece> {
  let argument = 0;
  let text = '';
  for (let i = 0; i < format.length;) {
    if (format[i] !== '%') {
      text += format[i];
      i += 1;
    } else if (format[i + 1] === '%') {
      text += '%';
      i += 2;
    } else {
      yield text;
      text = '';
      if (argument >= count) throw new FormatProblem(`index ${argument} out of range`);
      if (i + 1 >= format.length) throw new FormatProblem('unexpected end of string');
      const found = /^(\.(\d*))?(.?)/s.exec(format.slice(i + 1));
      const [all = '', dot, digits = '', letter = ''] = found ?? [];
      if (dot !== undefined && letter === '')
        throw new FormatProblem('could not parse formatting clause: error while parsing precision: could not find end of precision specifier');
      if (dot !== undefined && digits === '')
        throw new FormatProblem(
          'could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
        );
      if (!/[sdfebxXo]/.test(letter)) throw new FormatProblem(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
      yield { letter, precision: dot === undefined ? undefined : Number(digits) };
      argument += 1;
      i += 1 + all.length;
    }
  }
  yield text;
}

export function formatString(format: string, args: List): Value {
  try {
    let argument = 0;
    let text = '';
    for (const piece of formatPieces(format, args.size)) {
      if (typeof piece === 'string') text += piece;
      else {
        const shown = clauseText(piece, args.at(argument++));
        if (shown instanceof CelError) return new CelError(`error during formatting: ${shown.message}`);
        text += shown;
      }
    }
    return text;
  } catch (error) {
    if (!(error instanceof FormatProblem)) throw error;
    return new CelError(error.message);
  }
}

/** What is wrong with a format whose arguments have these types; undefined when it fits. */
export function formatProblem(
  format: string,
  count: number,
  accepts: (clause: string, argument: number) => string | undefined,
): { readonly message: string; readonly argument?: number } | undefined {
  let argument = 0;
  try {
    for (const piece of formatPieces(format, count)) {
      if (typeof piece === 'string') continue;
      const message = accepts(piece.letter, argument);
      if (message !== undefined) return { message: `error during formatting: ${message}`, argument };
      argument += 1;
    }
  } catch (error) {
    if (!(error instanceof FormatProblem)) throw error;
    return { message: error.message };
  }
  return argument < count ? { message: `too many arguments supplied to string.format (expected ${argument}, got ${count})` } : undefined;
}

function clauseText({ letter, precision = DEFAULT_PRECISION }: Clause, value: Value): string | CelError {
  const wrong = (): CelError => new CelError(misuse(letter, runtimeName(runtimeType(value))));
  const integer = typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined;
  const double = typeof value === 'number' ? value : typeof value === 'string' && SPECIAL.has(value) ? Number(value) : undefined;
  switch (letter) {
    case 's':
      return plainClause(value);
    case 'd':
      return integer === undefined ? wrong() : String(integer);
    case 'f':
      return double === undefined ? wrong() : fixed(double, precision);
    case 'e':
      return double === undefined ? wrong() : scientific(double, precision);
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : integer === undefined ? wrong() : integer.toString(2);
    case 'o':
      return integer === undefined ? wrong() : integer.toString(8);
    default: {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? Buffer.from(value) : undefined;
      const hex = bytes ? bytes.toString('hex') : integer?.toString(16);
      return hex === undefined ? wrong() : letter === 'X' ? hex.toUpperCase() : hex;
    }
  }
}

/** In American English: 1,234.500000. */
function fixed(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  const [whole = '', fraction] = value.toFixed(Math.min(precision, 100)).split('.');
  return whole.replaceAll(/\B(?=(?:\d{3})+(?!\d))/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
}
function scientific(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-∞' : '∞';
  const [digits = '', power = '0'] = value.toExponential(Math.min(precision, 100)).split('e');
  const superscript = [...String(Math.abs(Number(power))).padStart(2, '0')].map((each) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(each)]).join('');
  return `${digits}\u202f×\u202f10${Number(power) < 0 ? '⁻' : ''}${superscript}`;
}

function plainClause(value: Value): string | CelError {
  if (value instanceof List) return listText(value);
  if (value instanceof Mapping) return mapText(value);
  if (value === null) return 'null';
  if (typeof value === 'number') return goDouble(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (
    typeof value === 'object' &&
    !(value instanceof Uint) &&
    !(value instanceof Timestamp) &&
    !(value instanceof Duration) &&
    runtimeType(value).kind !== 'type'
  )
    return new CelError(misuse('s', runtimeName(runtimeType(value))));
  return plainText(value);
}

/** Inside of lists and maps values are as one would write them in an expression. */
function literal(value: Value): string | CelError {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(DEFAULT_PRECISION) : JSON.stringify(goDouble(value));
  if (value instanceof Uint8Array) return `b${JSON.stringify(Buffer.from(value).toString())}`;
  if (value instanceof Timestamp) return `timestamp(${JSON.stringify(timestampText(value))})`;
  if (value instanceof Duration) return `duration(${JSON.stringify(`${secondsText(value.nanoseconds)}s`)})`;
  const shown = plainClause(value);
  return shown instanceof CelError ? new CelError(`no formatting function for ${runtimeName(runtimeType(value))}`) : shown;
}
function listText(list: List): string | CelError {
  const parts: string[] = [];
  for (const each of list) {
    const shown = literal(each);
    if (shown instanceof CelError) return shown;
    parts.push(shown);
  }
  return `[${parts.join(', ')}]`;
}
function mapText(map: Mapping): string | CelError {
  const parts: (readonly [string, string])[] = [];
  for (const key of map.keys()) {
    if (typeof key === 'number') return new CelError('no formatting function for map key of type double');
    const [keyText, value] = [literal(key), literal(map.find(key) ?? null)];
    if (keyText instanceof CelError) return keyText;
    if (value instanceof CelError) return value;
    parts.push([keyText, value]);
  }
  return `{${parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map((each) => each.join(':'))
    .join(', ')}}`;
}
