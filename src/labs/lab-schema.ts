// What a lab.yaml may say. The words of errors are for whoever writes a lab.
import * as z from 'zod/mini';
import { CAPABILITIES, isCapabilityName } from '../cluster/capabilities.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { BULLETS } from './curriculum.ts';

const text = z.string().check(z.minLength(1, 'must not be empty'));
const id = z.string().check(z.regex(/^[a-z][a-z0-9-]*$/, 'is lower-case letters, digits and dashes, beginning with a letter'));
const suggestion = (given: string, known: readonly string[]): string => {
  const near = nearestName(given, known);
  return near ? `; did you mean ${JSON.stringify(near)}?` : '';
};

const query = { kind: text, apiVersion: z.optional(text), namespace: z.optional(text) };
const one = z.strictObject({ ...query, name: text });
const many = z.strictObject({ ...query, labelSelector: z.optional(text), fieldSelector: z.optional(text) });

const wait = z.strictObject({
  get: z.optional(one),
  list: z.optional(many),
  for: z.optional(text),
  namespace: z.optional(text),
  condition: z.optional(text),
  expect: z.optional(text),
  seconds: z.optional(z.number()),
});
const step = z.strictObject({
  apply: z.optional(text),
  wait: z.optional(wait),
  label: z.optional(z.strictObject({ kind: text, name: text, namespace: z.optional(text), labels: z.record(z.string(), z.nullable(z.string())) })),
  taint: z.optional(z.strictObject({ node: text, taint: text })),
  cordon: z.optional(text),
  patch: z.optional(z.strictObject({ kind: text, name: text, namespace: z.optional(text), patch: z.record(z.string(), z.unknown()) })),
});

const rule = z.strictObject({
  verb: z.union([text, z.array(text)]),
  resource: text,
  group: z.optional(z.string()),
  subresource: z.optional(text),
  name: z.optional(text),
  namespace: z.optional(text),
});
const check = z.strictObject({
  id,
  points: z.number().check(z.positive('must be more than 0')),
  says: text,
  after: z.optional(z.union([id, z.array(id)])),
  get: z.optional(one),
  list: z.optional(many),
  canI: z.optional(z.strictObject({ as: text, allowed: z.optional(z.array(rule)), denied: z.optional(z.array(rule)) })),
  behaviour: z.optional(z.strictObject({ make: text, expect: text })),
  expect: z.optional(text),
  nearMiss: z.optional(z.array(z.strictObject({ when: text, says: text }))),
});

const variable = z.union([
  z.array(z.union([z.string(), z.number()])).check(z.minLength(1, 'needs a value to pick')),
  z.strictObject({ from: z.literal('nodes'), where: z.optional(z.enum(['worker', 'control-plane'])) }),
]);

export const labSchema = z.strictObject({
  title: text,
  objectives: z.array(text).check(
    z.minLength(1, 'needs at least one bullet of the curriculum'),
    z.superRefine((bullets, context) => {
      for (const [i, bullet] of bullets.entries())
        if (!BULLETS.includes(bullet))
          context.addIssue({
            code: 'custom',
            input: bullet,
            path: [i],
            message: `is no bullet of the curriculum, word for word${suggestion(bullet, BULLETS)}`,
          });
    }),
  ),
  minutes: z.number().check(z.positive()),
  difficulty: z.number().check(z.minimum(1), z.maximum(5)),
  needs: z.optional(
    z.record(z.string(), z.union([z.number(), z.boolean()])).check(
      z.superRefine((needs, context) => {
        for (const name of Object.keys(needs))
          if (!isCapabilityName(name))
            context.addIssue({
              code: 'custom',
              input: name,
              path: [name],
              message: `is nothing a cluster can have${suggestion(name, Object.keys(CAPABILITIES))}`,
            });
      }),
    ),
  ),
  images: z.optional(z.array(text)),
  variables: z.optional(z.record(z.string().check(z.regex(/^[a-z][A-Za-z0-9]*$/, 'is a name of letters and digits')), variable)),
  setup: z.optional(z.array(step)),
  cleanup: z.optional(z.array(one)),
  checks: z.array(check).check(z.minLength(1, 'needs at least one check')),
});

export type LabFile = z.infer<typeof labSchema>;
export type SetupStep = z.infer<typeof step>;
export type WaitFor = z.infer<typeof wait>;
export type Check = z.infer<typeof check>;
export type ObjectQuery = z.infer<typeof one>;
export type Rule = z.infer<typeof rule>;
export type VariableSource = z.infer<typeof variable>;

/** The kinds of check: exactly one per check. */
export const CHECK_KINDS = ['get', 'list', 'canI', 'behaviour'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];
export const STEP_KINDS = ['apply', 'wait', 'label', 'taint', 'cordon', 'patch'] as const;
