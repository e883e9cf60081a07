// Doubles as Go prints them. Models strconv.FormatFloat of Go
/** As `%v` shows a float64: exponents from 21 digits on. */
export function goDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '0', exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (Object.is(value, -0)) return '-0';
  if (power < -4 || power >= 21) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return fixedDouble(value);
}

/** Without an exponent, with as many digits as are needed. */
export function fixedDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = String(value);
  if (!text.includes('e')) return Object.is(value, -0) ? '-0' : text;
  const [digits = '0', exponent] = text.split('e');
  const power = Number(exponent);
  const [whole = '0', rest = ''] = digits.replace('-', '').split('.');
  const sign = value < 0 ? '-' : '';
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${whole}${rest}`;
  return `${sign}${whole}${rest.padEnd(power, '0')}`;
}
