// What Kubernetes adds to CEL: lists, regular expressions, quantities. Models apiserver/pkg/cel/library
import type { Environment } from '@marcbachmann/cel-js';
import { compareQuantity, parseQuantity, QUANTITY_ERROR, type Quantity as Amount } from '../../../kube/machinery/quantity.ts';
import { patternOf } from './validate-value.ts';

class Quantity {
  readonly amount: Amount;
  constructor(text: string) {
    const amount = parseQuantity(text);
    if (!amount) throw new Error(QUANTITY_ERROR);
    this.amount = amount;
  }
}

const order = (a: unknown, b: unknown): number => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
const extreme = (list: readonly unknown[], sign: number): unknown => {
  if (!list.length) throw new Error('min/max of an empty list');
  return list.reduce((best, each) => (order(each, best) * sign > 0 ? each : best));
};

/** Registers the functions that rules of CustomResourceDefinitions use beyond the language itself. */
export function kubernetesLibrary(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: readonly unknown[]) => list.every((each, i) => i === 0 || order(list[i - 1], each) <= 0))
    .registerFunction('list.sum(): dyn', (list: readonly (number | bigint)[]) =>
      list.reduce((sum, each) => (sum as bigint) + (each as bigint), 0n as number | bigint),
    )
    .registerFunction('list.min(): dyn', (list: readonly unknown[]) => extreme(list, -1))
    .registerFunction('list.max(): dyn', (list: readonly unknown[]) => extreme(list, 1))
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], value: unknown) => BigInt(list.indexOf(value)))
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], value: unknown) => BigInt(list.lastIndexOf(value)))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => patternOf(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list', (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(patternOf(pattern), 'gu'))].map(([found]) => found),
    )
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined);
  environment
    .registerType('Quantity', { ctor: Quantity, fields: {} })
    .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => compareQuantity(a.amount, b.amount) > 0)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => compareQuantity(a.amount, b.amount) < 0)
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => BigInt(compareQuantity(a.amount, b.amount)));
}
