// Resource quantities: exact decimal arithmetic and upstream's canonical form. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go

/** A quantity in units of 10⁻⁹, the finest that Kubernetes keeps. */
export type Nanos = bigint;
type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  readonly nanos: Nanos;
  readonly format: Format;
}

const NANO = 1_000_000_000n;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, bigint>> = { Ki: 1n << 10n, Mi: 1n << 20n, Gi: 1n << 30n, Ti: 1n << 40n, Pi: 1n << 50n, Ei: 1n << 60n };
const SYNTAX = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const LARGEST = ((1n << 63n) - 1n) * NANO;

export const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' };

/** The message that upstream gives for text that is no quantity. */
export const QUANTITY_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Undefined for text that is no quantity. Finer than 10⁻⁹ is rounded up, larger than 2⁶³−1 is capped, as upstream. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const match = SYNTAX.exec(String(text));
  if (!match) return undefined;
  const [, sign, digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const binary = BINARY[suffix];
  const exponential = /^[eE][+-]?\d/.test(suffix);
  const exponent = exponential ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0);
  if (Math.abs(exponent) > 1000) return undefined;
  let numerator = BigInt(`${whole}${fraction}` || '0') * NANO * (binary ?? 1n);
  const shift = exponent - fraction.length;
  let nanos: bigint;
  if (shift >= 0) nanos = numerator * 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    numerator += divisor - 1n;
    nanos = numerator / divisor;
  }
  if (nanos > LARGEST) nanos = LARGEST;
  return { nanos: sign === '-' ? -nanos : nanos, format: binary ? 'BinarySI' : exponential ? 'DecimalExponent' : 'DecimalSI' };
}

/** Like `parseQuantity`, with zero for absent or malformed text: for what the API server has validated. */
export const quantityOf = (text: string | number | undefined): Quantity => (text === undefined ? ZERO : (parseQuantity(text) ?? ZERO));

/** Upstream's canonical text: the largest suffix without a fraction. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (format === 'BinarySI' && size % NANO === 0n && size / NANO >= 1024n) {
    let value = size / NANO;
    let suffix = '';
    for (const next of Object.keys(BINARY)) {
      if (value % 1024n !== 0n) break;
      value /= 1024n;
      suffix = next;
    }
    return `${sign}${value}${suffix}`;
  }
  let value = size;
  let exponent = -9;
  while (exponent < 18 && value % 1000n === 0n) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalExponent') return `${sign}${value}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix = Object.keys(DECIMAL).find((each) => DECIMAL[each] === exponent) ?? '';
  return `${sign}${value}${suffix}`;
}

/** The canonical text of a quantity, unchanged where it is none. */
export function canonicalQuantity(text: string | number): string {
  const parsed = parseQuantity(text);
  return parsed ? formatQuantity(parsed) : String(text);
}

export const addQuantity = (a: Quantity, b: Quantity): Quantity => ({ nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format });
export const compareQuantity = (a: Quantity, b: Quantity): number => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0);

/** Whole units, rounded up: bytes of memory, pods. */
export const unitsOf = ({ nanos }: Quantity): number => Number((nanos + (nanos > 0n ? NANO - 1n : 0n)) / NANO);
/** Thousandths, rounded up: milli-CPU. */
export const millisOf = ({ nanos }: Quantity): number => Number((nanos + (nanos > 0n ? 999_999n : 0n)) / 1_000_000n);
