// How a library says what its functions do. By overload, or by the name of the function where one code serves all overloads.
import { CelError, type Value } from '../values.ts';

/** Arguments are never errors; the target of a method comes first. */
export type Implementation = (...args: readonly Value[]) => Value;
export type Implementations = Readonly<Record<string, Implementation>>;

/** An implementation for arguments whose types the overload guarantees. */
export const typed = <Args extends readonly unknown[]>(run: (...args: Args) => Value): Implementation => run as unknown as Implementation;

export const failure = (message: string): CelError => new CelError(message);

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;
export const checkedInt = (value: bigint): Value => (value > MAX_INT || value < -MAX_INT - 1n ? failure('integer overflow') : value);
export const isUint = (value: bigint): boolean => value >= 0n && value <= MAX_UINT;
export const isInt = (value: bigint): boolean => value <= MAX_INT && value >= -MAX_INT - 1n;
