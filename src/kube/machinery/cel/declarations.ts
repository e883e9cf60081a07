// The functions and names that are declared for every expression. Models apiserver/pkg/cel/environment/base.go
import { SIGNATURES } from './signatures.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
  listOf,
  mapOf,
  opaque,
  param,
  structNamed,
  typeOf,
  type CelType,
} from './types.ts';

export interface Overload {
  readonly id: string;
  readonly isMethod: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** The type parameters in it. */
  readonly params: readonly string[];
}

const SIMPLE: Readonly<Record<string, CelType>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  duration: DURATION,
  dyn: DYN,
  int: INT,
  string: STRING,
  timestamp: TIMESTAMP,
  uint: UINT,
};
/** Types of libraries that are no messages but values of their own. */
const OPAQUE: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR', 'kubernetes.URL']);

/** Reads `map(string, list(A))` and what comes after it. */
function readType(text: string): readonly [CelType, string] {
  const name = /^[\w.@]+/.exec(text)?.[0] ?? '';
  let rest = text.slice(name.length);
  const parameters: CelType[] = [];
  if (rest.startsWith('(')) {
    do {
      const [parameter, after] = readType(rest.slice(1).trimStart());
      parameters.push(parameter);
      rest = after;
    } while (rest.startsWith(','));
    rest = rest.slice(1);
  }
  return [typeNamed(name, parameters), rest];
}
function typeNamed(name: string, parameters: readonly CelType[]): CelType {
  const [first = DYN, second = DYN] = parameters;
  if (name === 'list') return listOf(first);
  if (name === 'map') return mapOf(first, second);
  if (name === 'type') return parameters.length ? typeOf(first) : TYPE;
  if (name === 'optional_type') return opaque(name, ...parameters);
  if (/^[A-Z]$/.test(name)) return param(name);
  return SIMPLE[name] ?? (OPAQUE.has(name) ? opaque(name) : structNamed(name));
}

const paramsOf = (type: CelType): readonly string[] => (type.kind === 'param' ? [type.name] : type.parameters.flatMap(paramsOf));

function readOverload(line: string): readonly [string, Overload] {
  const [, name = '', id = '', dot = '', args = '', result = ''] = /^(\S+) (\S+) (\.?)\((.*)\) -> (.*)$/.exec(line) ?? [];
  const types: CelType[] = [];
  for (let rest = args; rest;) {
    const [type, after] = readType(rest);
    types.push(type);
    rest = after.replace(/^, /, '');
  }
  const [given] = readType(result);
  return [name, { id, isMethod: dot !== '', args: types, result: given, params: [...new Set([...types, given].flatMap(paramsOf))] }];
}

function readAll(): ReadonlyMap<string, readonly Overload[]> {
  const functions = new Map<string, Overload[]>();
  for (const line of SIGNATURES.trim().split('\n')) {
    const [name, overload] = readOverload(line);
    functions.set(name, [...(functions.get(name) ?? []), overload]);
  }
  return functions;
}
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = readAll();

/** Names of types, which are values themselves. */
export const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ...[BOOL, BYTES, DOUBLE, INT, STRING, UINT].map((type) => [type.name, type] as const),
  ['list', listOf(param('A'))],
  ['map', mapOf(param('A'), param('B'))],
  ['null_type', NULL],
  ['type', TYPE],
  ['google.protobuf.Duration', DURATION],
  ['google.protobuf.Timestamp', TIMESTAMP],
  ['optional_type', opaque('optional_type', param('V'))],
  ...[...FUNCTIONS.values()]
    .flat()
    .map(({ result }) => result)
    .filter(({ kind, name }) => name.includes('.') && (kind === 'struct' || kind === 'opaque'))
    .map((type) => [type.name, type] as const),
]);

const CONVERSIONS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint']);
/** Done once, when the argument is a constant. */
export const isConversion = (name: string): boolean => CONVERSIONS.has(name);
