// The JSON Schema of a cluster file, for editors: made from the schemas that the file is read by, one branch for each provider.
import * as z from 'zod/mini';
import { LOCAL_PROVIDERS } from './registry.ts';
import { clusterSchema, PROVIDERS } from '../cluster-file/schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** Draft 7, which the YAML language server reads. What the relations between fields say, it cannot say. */
export function clusterFileJsonSchema(): Json {
  let branch = withoutHead(clusterSchema);
  for (const { name, schema } of LOCAL_PROVIDERS)
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    branch = { if: { properties: { provider: { const: name } }, required: ['provider'] }, then: withoutHead(schema), else: branch };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'cluster.yaml of ckadet',
    type: 'object',
    properties: { provider: { enum: PROVIDERS, default: 'kubeadm' } },
    ...branch,
  };
}

/** As it may be written: what has a default may be left out. */
function withoutHead(schema: z.core.$ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}
