// What the API server's own library answered to expressions over one object: problems, the most they can cost, what they cost and say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JSONSchemaProps } from '../../../../src/kube/api/apiextensions-v1.ts';
import { declaredType } from '../../../../src/kube/machinery/cel/declared-type.ts';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { compileRules } from '../../../../src/sim/resources/custom/compiled-rules.ts';
import { validateRules } from '../../../../src/sim/resources/custom/rules.ts';

interface Recorded {
  readonly problem?: string;
  readonly most?: number | 'unbounded';
  readonly cost?: number;
  readonly says?: string;
}
interface Golden {
  readonly properties: NonNullable<JSONSchemaProps['properties']>;
  readonly object: JsonObject;
  readonly expressions: Readonly<Record<string, Recorded>>;
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../../golden/cel/expressions.json'), 'utf8')) as Golden;
const BUDGET = 10_000_000;
/** Beyond it numbers of 64 bits are no longer exact, and mean "any number". */
const UNBOUNDED = 1e15;

function answerOf(rule: string): Recorded {
  const schema: JSONSchemaProps = { type: 'object', properties: golden.properties, 'x-kubernetes-validations': [{ rule }] };
  const declared = declaredType(schema, true);
  const compiled = declared && compileRules(schema, declared)[0];
  if (!compiled) throw new Error('no rule');
  if (compiled.problem !== undefined) return { problem: compiled.problem };
  const { errors, left } = validateRules(golden.object, schema, golden.object);
  return {
    most: compiled.maxCost < UNBOUNDED ? compiled.maxCost : 'unbounded',
    ...(errors[0] ? { says: `${errors[0].field}: ${errors[0].detail}` } : {}),
    cost: BUDGET - left,
  };
}

describe('an expression', () => {
  test.each(Object.keys(golden.expressions))('%s', (rule) => {
    expect(answerOf(rule)).toEqual(golden.expressions[rule]);
  });
});

const schemaOf = (items: JsonObject, rule: string): JSONSchemaProps => ({
  type: 'object',
  properties: { list: { type: 'array', items, 'x-kubernetes-validations': [{ rule }] } },
});

describe('the budget', () => {
  const numbers = Array.from({ length: 2000 }, (_, i) => i);
  const slow = 'self.all(x, self.all(y, self.all(z, x + y + z >= 0)))';

  test('ends a rule that costs too much by itself, and all after it', () => {
    const { errors } = validateRules({ list: numbers }, schemaOf({ type: 'integer' }, slow), undefined);
    expect(errors.map(({ field, detail }) => `${field}: ${detail}`)).toEqual([
      `list: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${slow}`,
    ]);
  });
  test('ends rules that cost too much together', () => {
    const fair = 'self.list.all(x, x >= 0)';
    const item: JsonObject = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'integer' } } },
      'x-kubernetes-validations': [{ rule: fair }],
    };
    const schema: JSONSchemaProps = { type: 'object', properties: { all: { type: 'array', items: item } } };
    const all = Array.from({ length: 2000 }, () => ({ list: numbers }));
    const { errors, left } = validateRules({ all }, schema, undefined);
    expect(left).toBeLessThan(BUDGET);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.detail).toBe('Invalid value: "object": validation failed due to running out of cost budget, no further validation rules will be run');
  });
});

describe('what has not changed', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: { a: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 3' }] }, b: { type: 'integer' } },
  };

  test('is only warned of', () => {
    const { errors, warnings } = validateRules({ a: 1, b: 2 }, schema, { a: 1, b: 1 });
    expect(errors).toEqual([]);
    expect(warnings).toEqual(['a: Invalid value: 1: failed rule: self > 3']);
  });
  test('does not excuse what has', () => {
    expect(validateRules({ a: 2 }, schema, { a: 1 }).errors).toHaveLength(1);
  });
});
