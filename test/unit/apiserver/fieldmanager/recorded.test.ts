// Writes and applies as a Kubernetes 1.35 API server answered them: the same owners, times, order, objects and refusals.
// Recorded from random histories; `sent` is what the field manager saw, `managedFields: "live"` that the client sent back what it had read.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../../../../src/kube/machinery/json.ts';
import { StatusError } from '../../../../src/kube/machinery/status-error.ts';
import { FieldOwnership } from '../../../../src/sim/apiserver/fieldmanager/ownership.ts';
import { resetFieldsOf } from '../../../../src/sim/apiserver/fieldmanager/reset-fields.ts';
import { decode } from '../../../../src/sim/resources/decode.ts';
import { structureOfCustomResource } from '../../../../src/sim/resources/schema-structure.ts';
import type { Structure } from '../../../../src/sim/resources/structure.ts';
import { structureOfType } from '../../../../src/sim/resources/type-structure.ts';

interface Step {
  readonly op: 'apply' | 'update';
  readonly manager: string;
  readonly subresource?: string;
  readonly force?: boolean;
  readonly at: string;
  readonly live?: JsonObject;
  readonly sent: JsonObject;
  readonly owners?: readonly JsonObject[];
  readonly spec?: JsonObject;
  readonly refused?: { readonly code: number; readonly message: string; readonly reason: string; readonly causes: readonly object[] };
}
interface Recording {
  readonly file: string;
  readonly groupVersion: string;
  readonly kind: string;
  readonly resource: string;
  /** Of built-in kinds: the OpenAPI name. */
  readonly type?: string;
  readonly structure: Structure;
  typed(object: JsonObject): JsonObject;
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const builtIn = (file: string, groupVersion: string, kind: string, resource: string, type: string): Recording => ({
  file,
  groupVersion,
  kind,
  resource,
  type,
  structure: structureOfType(type),
  typed: (object) => ({ ...decode(type, object).value, apiVersion: groupVersion, kind }),
});

const RECORDINGS: readonly Recording[] = [
  {
    file: 'widgets.jsonl.gz',
    groupVersion: 'ssa.example.com/v1',
    kind: 'Widget',
    resource: 'widgets.ssa.example.com',
    structure: structureOfCustomResource(parse(readFileSync(new URL('recorded/widgets-schema.yaml', import.meta.url), 'utf8')) as JsonObject),
    typed: (object) => object,
  },
  builtIn('deployments.jsonl.gz', 'apps/v1', 'Deployment', 'deployments.apps', 'io.k8s.api.apps.v1.Deployment'),
  builtIn('services.jsonl.gz', 'v1', 'Service', 'services', 'io.k8s.api.core.v1.Service'),
];

const ownershipAt = ({ groupVersion, kind, resource, structure, type }: Recording, at: string): FieldOwnership =>
  new FieldOwnership(structure, {
    groupVersion,
    kind,
    empty: type ? decode(type, {}).value : {},
    resetFields: resetFieldsOf(resource, true),
    clock: { now: () => Date.parse(at) },
  });

/** What came of a step, in the form that the recording has. */
function outcomeOf(recording: Recording, { op, manager, subresource = '', force = false, at, live, sent, spec }: Step): unknown {
  const ownership = ownershipAt(recording, at);
  const before = live && recording.typed(live);
  try {
    const after =
      op === 'update'
        ? ownership.update(before, recording.typed(withSentOwners(sent, live)), manager, subresource)
        : ownership.apply(before, sent, { manager, subresource, force });
    return { owners: shown(recording, entriesOf(after)), ...(spec ? { spec: completed(after['spec'] as JsonObject) } : {}) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { refused: { code: error.code, message: error.message, reason: error.reason, causes: sorted(error.details?.causes ?? []) } };
  }
}
const recordedOutcome = (recording: Recording, { owners, spec, refused }: Step): unknown =>
  refused ? { refused: { ...refused, causes: sorted(refused.causes) } } : { owners: shown(recording, owners ?? []), ...(spec ? { spec } : {}) };

describe.each(RECORDINGS)('$file', (recording) => {
  const lines = gunzipSync(readFileSync(new URL(`recorded/${recording.file}`, import.meta.url)))
    .toString()
    .trim()
    .split('\n');
  const steps = lines.map((line, i) => ({ i: i + 1, ...(JSON.parse(line) as Step) }));

  test.each(steps)('$i: $op by $manager', (step) => {
    expect(outcomeOf(recording, step)).toEqual(recordedOutcome(recording, step));
  });
});

/** The server lists causes in any order. */
const sorted = (causes: readonly object[]): readonly string[] => causes.map((cause) => JSON.stringify(cause)).sort();

/** FieldsV1 of built-in kinds is compared in order, too; of custom resources the server sorts keys anew. */
const shown = ({ type }: Recording, entries: readonly JsonObject[]): unknown =>
  type ? entries.map((entry) => ({ ...entry, fieldsV1: JSON.stringify(entry['fieldsV1']) })) : entries;

const entriesOf = ({ metadata }: JsonObject): readonly JsonObject[] => ((metadata as JsonObject)['managedFields'] as readonly JsonObject[] | undefined) ?? [];

function withSentOwners(sent: JsonObject, live: JsonObject | undefined): JsonObject {
  const metadata = sent['metadata'] as JsonObject;
  return metadata['managedFields'] === 'live' && live ? { ...sent, metadata: { ...metadata, managedFields: structuredClone(entriesOf(live)) } } : sent;
}

/** What the schema's default and the metadata of embedded objects add after applying. */
function completed(spec: JsonObject): JsonObject {
  const { mapList, template } = spec;
  return {
    ...spec,
    ...(Array.isArray(mapList) ? { mapList: mapList.map((item) => ({ protocol: 'TCP', ...(item as JsonObject) })) } : {}),
    ...(isJsonObject(template) ? { template: { ...template, metadata: decode(OBJECT_META, (template['metadata'] ?? {}) as JsonObject).value } } : {}),
  };
}
