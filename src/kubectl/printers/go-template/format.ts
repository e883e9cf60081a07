// Printing by verbs: %v, %-10s, %08.3f, %q, %x … on what templates work with. Models fmt
import { goFloat } from '../../../kube/machinery/go-values.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { goQuote } from '../../go-quote.ts';
import { dataType, entriesOf, isInteger, kindOf, numberIn, type Data } from './values.ts';

interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
}
const noFlags = (): Flags => ({ plus: false, minus: false, sharp: false, space: false, zero: false, width: undefined, precision: undefined });

/** `%v` of each; a space between two that are no strings. */
export function sprint(args: readonly Data[]): string {
  return args.map((arg, i) => `${i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : ''}${printed(arg)}`).join('');
}
export const sprintln = (args: readonly Data[]): string => `${args.map(printed).join(' ')}\n`;
/** `%v`. */
export const printed = (data: Data): string => formatted(data, 'v', noFlags(), 0);

export function sprintf(format: string, args: readonly Data[]): string {
  let out = '';
  let next = 0;
  let isReordered = false;
  for (let i = 0; i < format.length;) {
    if (format[i] !== '%') {
      const end = format.indexOf('%', i);
      out += format.slice(i, end < 0 ? undefined : end);
      i = end < 0 ? format.length : end;
      continue;
    }
    i++;
    const flags = noFlags();
    for (; '+-# 0'.includes(format[i] ?? '!'); i++) setFlag(flags, format[i] ?? '');
    let isGoodIndex = true;
    const argumentIndex = (): void => {
      const found = /^\[(\d*)\]/.exec(format.slice(i));
      if (format[i] !== '[') return;
      isReordered = true;
      const at = Number(found?.[1]) - 1;
      i += found ? found[0].length : 1;
      if (found && found[1] !== '' && at >= 0 && at < args.length) next = at;
      else isGoodIndex = false;
    };
    argumentIndex();
    if (format[i] === '*') {
      i++;
      const width = args[next++];
      if (isInteger(width)) {
        flags.width = Math.abs(numberIn(width));
        if (numberIn(width) < 0) flags.minus = true;
      } else out += '%!(BADWIDTH)';
    } else {
      const [digits = ''] = /^\d*/.exec(format.slice(i)) ?? [];
      if (digits) flags.width = Number(digits);
      i += digits.length;
    }
    if (format[i] === '.') {
      i++;
      argumentIndex();
      if (format[i] === '*') {
        i++;
        const precision = args[next++];
        if (isInteger(precision)) flags.precision = numberIn(precision) < 0 ? undefined : numberIn(precision);
        else out += '%!(BADPREC)';
      } else {
        const [digits = ''] = /^\d*/.exec(format.slice(i)) ?? [];
        flags.precision = Number(digits);
        i += digits.length;
      }
    }
    argumentIndex();
    const code = format.codePointAt(i);
    if (code === undefined) {
      out += '%!(NOVERB)';
      break;
    }
    const verb = String.fromCodePoint(code);
    i += verb.length;
    if (verb === '%') out += '%';
    else if (!isGoodIndex) out += `%!${verb}(BADINDEX)`;
    else if (next >= args.length) out += `%!${verb}(MISSING)`;
    else out += formatted(args[next++], verb, verb === 'v' ? { ...flags, plus: false } : flags, 0);
  }
  if (!isReordered && next < args.length)
    out += `%!(EXTRA ${args
      .slice(next)
      .map((arg) => (arg === null || arg === undefined ? '<nil>' : `${dataType(arg)}=${printed(arg)}`))
      .join(', ')})`;
  return out;
}

function setFlag(flags: Flags, char: string): void {
  if (char === '+') flags.plus = true;
  else if (char === '-') {
    flags.minus = true;
    flags.zero = false;
  } else if (char === '#') flags.sharp = true;
  else if (char === ' ') flags.space = true;
  else flags.zero = !flags.minus;
}

function pad(text: string, { width = 0, minus, zero }: Flags, canZero = true): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  if (!zero || !canZero) return ' '.repeat(missing) + text;
  const [sign = ''] = /^[+-]/.exec(text) ?? [];
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

const bad = (data: Data, verb: string, flags: Flags): string =>
  data === null || data === undefined ? `%!${verb}(<nil>)` : `%!${verb}(${dataType(data)}=${formatted(data, 'v', { ...flags, sharp: false }, 0)})`;

function formatted(data: Data, verb: string, flags: Flags, depth: number): string {
  if (verb === 'T') return pad(data === null || data === undefined ? '<nil>' : dataType(data), flags);
  if (verb === 'p') return bad(data, verb, flags);
  const isSyntax = verb === 'v' && flags.sharp;
  switch (kindOf(data)) {
    case 'invalid':
    case 'nil':
      if (depth > 0) return isSyntax ? 'interface {}(nil)' : '<nil>';
      return verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
    case 'bool':
      return verb === 'v' || verb === 't' ? pad(String(data), flags) : bad(data, verb, flags);
    case 'string':
      return stringAs(data as string, verb, flags);
    case 'float64':
      return floatAs(data, verb, flags);
    case 'int64':
    case 'int':
    case 'uint8':
      return integerAs(data, verb, flags);
    case 'slice': {
      const items = (data as readonly Data[]).map((item) => formatted(item, verb, flags, depth + 1));
      return isSyntax ? `[]interface {}{${items.join(', ')}}` : `[${items.join(' ')}]`;
    }
    case 'map': {
      const pairs = entriesOf(data as JsonObject).map(([key, item]) => `${formatted(key, verb, flags, depth + 1)}:${formatted(item, verb, flags, depth + 1)}`);
      return isSyntax ? `map[string]interface {}{${pairs.join(', ')}}` : `map[${pairs.join(' ')}]`;
    }
  }
}

function stringAs(text: string, verb: string, flags: Flags): string {
  const cut = flags.precision === undefined ? text : [...text].slice(0, flags.precision).join('');
  switch (verb) {
    case 'v':
      return pad(flags.sharp ? goQuote(text) : cut, flags);
    case 's':
      return pad(cut, flags);
    case 'q':
      return pad(flags.sharp && !cut.includes('`') ? `\`${cut}\`` : goQuote(cut), flags);
    case 'x':
    case 'X': {
      const bytes = [...Buffer.from(text).subarray(0, flags.precision)].map((byte) => byte.toString(16).padStart(2, '0'));
      const prefix = flags.sharp ? '0x' : '';
      const hex = bytes.length ? prefix + bytes.join(flags.space ? ` ${prefix}` : '') : '';
      return pad(verb === 'X' ? hex.toUpperCase() : hex, flags);
    }
    default:
      return bad(text, verb, flags);
  }
}

function integerAs(data: Data, verb: string, flags: Flags): string {
  const value = typeof data === 'bigint' ? data : numberIn(data);
  const absolute = value < 0 ? -value : value;
  const inBase = (base: number, prefix = ''): string => {
    const digits = absolute.toString(base).padStart(flags.precision ?? 0, '0');
    const shown = flags.precision === 0 && Number(value) === 0 ? '' : digits;
    return pad(`${value < 0 ? '-' : signOf(flags)}${flags.sharp ? prefix : ''}${shown}`, flags, flags.precision === undefined);
  };
  switch (verb) {
    case 'v':
      // A byte as Go source is hexadecimal.
      return flags.sharp && kindOf(data) === 'uint8' ? `0x${value.toString(16)}` : inBase(10);
    case 'd':
      return inBase(10);
    case 'b':
      return inBase(2, '0b');
    case 'o':
      return inBase(8, '0');
    case 'O':
      return pad(`${value < 0 ? '-' : signOf(flags)}0o${absolute.toString(8)}`, flags);
    case 'x':
      return inBase(16, '0x');
    case 'X':
      return inBase(16, '0X').toUpperCase();
    case 'c':
      return pad(runeOf(Number(value)), flags);
    case 'q':
      return pad(`'${runeOf(Number(value)).replace(/['\\]/, '\\$&')}'`, flags);
    case 'U':
      return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}${flags.sharp ? ` '${runeOf(Number(value))}'` : ''}`, flags);
    default:
      return bad(data, verb, flags);
  }
}
const signOf = ({ plus, space }: Flags): string => (plus ? '+' : space ? ' ' : '');
const runeOf = (code: number): string => (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd');

const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

function floatAs(data: Data, verb: string, flags: Flags): string {
  const value = numberIn(data);
  const precision = flags.precision;
  const sign = value >= 0 && Number.isFinite(value) ? signOf(flags) : '';
  switch (verb) {
    case 'v':
    case 'g':
    case 'G': {
      const text = precision === undefined ? goFloat(value) : general(value, precision || 1);
      return pad(sign + (verb === 'G' ? text.toUpperCase() : text), flags);
    }
    case 'f':
    case 'F':
      return pad(sign + value.toFixed(precision ?? 6), flags);
    case 'e':
    case 'E': {
      const text = exponent(value.toExponential(precision ?? 6));
      return pad(sign + (verb === 'E' ? text.toUpperCase() : text), flags);
    }
    case 'b':
    case 'x':
    case 'X':
      return pad(binaryFloat(value, verb), flags);
    default:
      return bad(data, verb, flags);
  }
}

/** With so many digits, zeros at the end left out. */
function general(value: number, precision: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(precision - 1).split('e');
  const at = Number(power);
  if (at < -4 || at >= precision) return exponent(`${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${at < 0 ? '-' : '+'}${Math.abs(at)}`);
  const fixed = value.toFixed(Math.max(0, precision - 1 - at));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

/** The bits of a float: `0x1.8p+01`, or `6755399441055744p-52`. */
function binaryFloat(value: number, verb: string): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const raw = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  const sign = value < 0 ? '-' : '';
  if (verb === 'b') return `${sign}${raw === 0 ? fraction : fraction | (1n << 52n)}p${(raw || 1) - 1075 >= 0 ? '+' : ''}${(raw || 1) - 1075}`;
  const power = value === 0 ? 0 : raw - 1023;
  const hex = fraction.toString(16).padStart(13, '0').replace(/0+$/, '');
  const text = `${sign}0x${value === 0 ? 0 : 1}${hex ? `.${hex}` : ''}p${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return verb === 'X' ? text.toUpperCase() : text;
}
