// What the rules of a definition may cost together, judged before any of them runs. Models apiextensions/validation/cel_validation.go
import { forbiddenValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { MAX } from '../../../kube/machinery/cel/ranges.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import type { Schema } from '../custom/schema.ts';

export const RULE_LIMIT = 10_000_000;
const DEFINITION_LIMIT = 100_000_000;
const MOST_TOLD = 4;

/** How often the children of a value can stand in it; undefined without a bound. */
export function childrenPer(schema: Schema): number | undefined {
  if (schema.type === 'object') return isJsonObject(schema.additionalProperties) || schema.additionalProperties === true ? bound(schema.maxProperties) : 1;
  return schema.type === 'array' ? bound(schema.maxItems) : 1;
}
const bound = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.max(0, value));

export const multiplied = (cost: number, times: number): number => (cost === 0 ? 0 : Math.min(cost * times, MAX));

export function costMessage(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const text = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

export class TotalCost {
  #total = 0;
  #most: { readonly path: string; readonly cost: number }[] = [];

  observe(path: string, cost: number): void {
    this.#total = Math.min(this.#total + cost, MAX);
    if (cost < DEFINITION_LIMIT / 100) return;
    this.#most = [...this.#most, { path, cost }].sort((a, b) => b.cost - a.cost).slice(0, MOST_TOLD);
  }
  errors(path: string): FieldError[] {
    if (this.#total <= DEFINITION_LIMIT) return [];
    return [
      ...this.#most.map((each) => forbiddenValue(each.path, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema')),
      forbiddenValue(path, costMessage('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.#total, DEFINITION_LIMIT)),
    ];
  }
}
