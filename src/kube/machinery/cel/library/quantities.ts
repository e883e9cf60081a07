// Quantities and versions in rules. Models apiserver/pkg/cel/library/{quantity,semverlib}.go
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, QUANTITY_ERROR, type Quantity as Amount } from '../../quantity.ts';
import { structNamed, type CelType } from '../types.ts';
import { CelError, Opaque, type Value } from '../values.ts';
import { failure, isInt, typed, type Implementations } from './implementation.ts';

const NANO = 1_000_000_000n;
const QUANTITY_TYPE = structNamed('kubernetes.Quantity');
const SEMVER_TYPE = structNamed('kubernetes.Semver');

export class Quantity extends Opaque {
  readonly type: CelType = QUANTITY_TYPE;
  readonly amount: Amount;
  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }
  equals(other: Value): Value {
    return other instanceof Quantity ? compareQuantity(this.amount, other.amount) === 0 : failure('no such overload');
  }
  override toString(): string {
    return formatQuantity(this.amount);
  }
}

const whole = (value: bigint): Amount => ({ nanos: value * NANO, format: 'DecimalExponent' });
const negative = ({ nanos, format }: Amount): Amount => ({ nanos: -nanos, format });
const asInt = ({ nanos }: Amount): bigint | undefined => (nanos % NANO === 0n && isInt(nanos / NANO) ? nanos / NANO : undefined);
const sum = (a: Quantity, b: Amount): Value => new Quantity(addQuantity(a.amount, b));

export interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly (bigint | string)[];
}
export class Semver extends Opaque {
  readonly type: CelType = SEMVER_TYPE;
  readonly version: Version;
  constructor(version: Version) {
    super();
    this.version = version;
  }
  equals(other: Value): Value {
    return other instanceof Semver ? compareVersions(this.version, other.version) === 0 : failure('no such overload');
  }
}

function parseNumber(text: string, what: string): bigint | CelError {
  if (text === '' || /\D/.test(text)) {
    return failure(text === '' ? `strconv.ParseUint: parsing "": invalid syntax` : `Invalid character(s) found in ${what} number ${JSON.stringify(text)}`);
  }
  if (text.length > 1 && text.startsWith('0'))
    return failure(`${what[0]?.toUpperCase() ?? ''}${what.slice(1)} number must not contain leading zeroes ${JSON.stringify(text)}`);
  return BigInt(text);
}

/** Models github.com/blang/semver/v4. */
function parseVersion(text: string): Version | CelError {
  if (text === '') return failure('Version string empty');
  const parts = text.split('.');
  const [major = '', minor = '', ...rest] = parts;
  if (parts.length < 3) return failure('No Major.Minor.Patch elements found');
  const last = rest.join('.');
  const build = last.indexOf('+');
  const withoutBuild = build === -1 ? last : last.slice(0, build);
  const dash = withoutBuild.indexOf('-');
  const patch = dash === -1 ? withoutBuild : withoutBuild.slice(0, dash);
  const numbers: bigint[] = [];
  for (const [each, what] of [
    [major, 'major'],
    [minor, 'minor'],
    [patch, 'patch'],
  ] as const) {
    const number = parseNumber(each, what);
    if (number instanceof CelError) return number;
    numbers.push(number);
  }
  const pre: (bigint | string)[] = [];
  for (const each of dash === -1 ? [] : withoutBuild.slice(dash + 1).split('.')) {
    if (each === '') return failure('Prerelease is empty');
    if (/^\d+$/.test(each)) {
      if (each.length > 1 && each.startsWith('0')) return failure(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(each)}`);
      pre.push(BigInt(each));
    } else if (/^[0-9A-Za-z-]+$/.test(each)) pre.push(each);
    else return failure(`Invalid character(s) found in prerelease ${JSON.stringify(each)}`);
  }
  for (const each of build === -1 ? [] : last.slice(build + 1).split('.')) {
    if (each === '') return failure('Build meta data is empty');
    if (!/^[0-9A-Za-z-]+$/.test(each)) return failure(`Invalid character(s) found in build meta data ${JSON.stringify(each)}`);
  }
  const [a = 0n, b = 0n, c = 0n] = numbers;
  return { numbers: [a, b, c], pre };
}

/** Without `v` and leading zeros, short versions filled up. */
function normalised(text: string): string | CelError {
  const [first = '', second, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [first, ...(second === undefined ? [] : [second]), ...(rest.length ? [rest.join('.')] : [])].map((part) =>
    part.length > 1
      ? part
          .replace(/^0+(?=\d)/, '')
          .replace(/^0+(?!\d|$)/, '0')
          .replace(/^$/, '0')
      : part,
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) return failure('short version cannot contain PreRelease/Build meta data');
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

function toVersion(text: string, normalise = false): Semver | CelError {
  const plain = normalise ? normalised(text) : text;
  if (plain instanceof CelError) return plain;
  const version = parseVersion(plain);
  return version instanceof CelError ? version : new Semver(version);
}

function compareVersions(a: Version, b: Version): number {
  const order = <T extends bigint | string>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);
  for (const [i, each] of a.numbers.entries()) {
    const found = order(each, b.numbers[i] ?? 0n);
    if (found) return found;
  }
  if (!a.pre.length || !b.pre.length) return a.pre.length === b.pre.length ? 0 : a.pre.length ? -1 : 1;
  for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i++) {
    const [left, right] = [a.pre[i], b.pre[i]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (typeof left !== typeof right) return typeof left === 'bigint' ? -1 : 1;
    const found = order(String(left), String(right));
    const numeric = typeof left === 'bigint' && typeof right === 'bigint' ? order(left, right) : found;
    if (numeric) return numeric;
  }
  return 0;
}

const compare = typed((a: Quantity, b: Quantity) => BigInt(compareQuantity(a.amount, b.amount)));
export const QUANTITIES: Implementations = {
  string_to_quantity: typed((text: string) => {
    const amount = parseQuantity(text);
    return amount ? new Quantity(amount) : failure(QUANTITY_ERROR);
  }),
  is_quantity_string: typed((text: string) => parseQuantity(text) !== undefined),
  quantity_sign: typed((value: Quantity) => (value.amount.nanos < 0n ? -1n : value.amount.nanos > 0n ? 1n : 0n)),
  quantity_is_greater_than: typed((a: Quantity, b: Quantity) => compareQuantity(a.amount, b.amount) > 0),
  quantity_is_less_than: typed((a: Quantity, b: Quantity) => compareQuantity(a.amount, b.amount) < 0),
  quantity_compare_to: compare,
  quantity_get_float: typed((value: Quantity) => Number(value.amount.nanos / NANO) + Number(value.amount.nanos % NANO) / Number(NANO)),
  quantity_get_int: typed((value: Quantity) => asInt(value.amount) ?? failure('cannot convert value to integer')),
  quantity_is_integer: typed((value: Quantity) => asInt(value.amount) !== undefined),
  quantity_add: typed((a: Quantity, b: Quantity) => sum(a, b.amount)),
  quantity_add_int: typed((a: Quantity, b: bigint) => sum(a, whole(b))),
  quantity_sub: typed((a: Quantity, b: Quantity) => sum(a, negative(b.amount))),
  quantity_sub_int: typed((a: Quantity, b: bigint) => sum(a, whole(-b))),
  string_to_semver: typed((text: string) => toVersion(text)),
  string_bool_to_semver: typed(toVersion),
  is_semver_string: typed((text: string) => toVersion(text) instanceof Semver),
  is_semver_string_bool: typed((text: string, normalise: boolean) => toVersion(text, normalise) instanceof Semver),
  semver_is_greater_than: typed((a: Semver, b: Semver) => compareVersions(a.version, b.version) > 0),
  semver_is_less_than: typed((a: Semver, b: Semver) => compareVersions(a.version, b.version) < 0),
  semver_compare_to: typed((a: Semver, b: Semver) => BigInt(compareVersions(a.version, b.version))),
  semver_major: typed((value: Semver) => value.version.numbers[0]),
  semver_minor: typed((value: Semver) => value.version.numbers[1]),
  semver_patch: typed((value: Semver) => value.version.numbers[2]),
};
