// Types of CEL expressions, and how messages write them. Models cel-go/common/types/types.go and cel-go/checker/format.go
export type TypeKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint';

export interface CelType {
  readonly kind: TypeKind;
  /** As messages write it, without parameters. */
  readonly name: string;
  readonly parameters: readonly CelType[];
}

const simple = (kind: TypeKind, name: string = kind): CelType => ({ kind, name, parameters: [] });

export const BOOL = simple('bool');
export const BYTES = simple('bytes');
export const DOUBLE = simple('double');
export const DURATION = simple('duration');
export const DYN = simple('dyn');
export const ERROR = simple('error', '!error!');
export const INT = simple('int');
export const NULL = simple('null');
export const STRING = simple('string');
export const TIMESTAMP = simple('timestamp');
export const TYPE = simple('type');
export const UINT = simple('uint');

export const listOf = (element: CelType): CelType => ({ kind: 'list', name: 'list', parameters: [element] });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', name: 'map', parameters: [key, value] });
export const typeOf = (type: CelType): CelType => ({ kind: 'type', name: 'type', parameters: [type] });
export const structNamed = (name: string): CelType => simple('struct', name);
export const opaque = (name: string, ...parameters: readonly CelType[]): CelType => ({ kind: 'opaque', name, parameters });
export const optionalOf = (type: CelType): CelType => opaque('optional_type', type);
export const param = (name: string): CelType => simple('param', name);

export const isOptional = ({ kind, name }: CelType): boolean => kind === 'opaque' && name === 'optional_type';
export const firstParameter = ({ parameters }: CelType): CelType => parameters[0] ?? DYN;
export const secondParameter = ({ parameters }: CelType): CelType => parameters[1] ?? DYN;

export function sameType(a: CelType, b: CelType): boolean {
  return a === b || (a.kind === b.kind && a.name === b.name && sameTypes(a.parameters, b.parameters));
}
const sameTypes = (a: readonly CelType[], b: readonly CelType[]): boolean =>
  a.length === b.length && a.every((each, i) => b[i] !== undefined && sameType(each, b[i]));

export function formatType({ name, parameters }: CelType): string {
  return parameters.length ? `${name}(${parameters.map(formatType).join(', ')})` : name;
}

/** `list(int).(string)` for methods, `(int, int)` for functions. */
export function formatCall(types: readonly CelType[], isMethod: boolean): string {
  const [target, ...rest] = types;
  return isMethod && target ? `${formatType(target)}.(${rest.map(formatType).join(', ')})` : `(${types.map(formatType).join(', ')})`;
}
