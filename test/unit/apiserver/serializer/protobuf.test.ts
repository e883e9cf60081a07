// Protobuf against upstream's own round-trip data: every built-in kind with every field filled, both ways, byte for byte.
import fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { array, assert, constantFrom, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';
import { StatusError } from '../../../../src/kube/machinery/status-error.ts';
import { typeOfKind } from '../../../../src/sim/apiserver/serializer/kinds.ts';
import { decodeProtobuf } from '../../../../src/sim/apiserver/serializer/protobuf/decode.ts';
import { encodeMessage } from '../../../../src/sim/apiserver/serializer/protobuf/encode.ts';
import { seal } from '../../../../src/sim/apiserver/serializer/protobuf/envelope.ts';

interface Vector {
  readonly type: string;
  readonly json: JsonObject & { readonly apiVersion?: string; readonly kind?: string };
  readonly pb: string;
}
const file = new URL('../../../fixtures/protobuf-roundtrip.jsonl.gz', import.meta.url);
const vectors = gunzipSync(fs.readFileSync(file))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);
// A frame of a stream names no kind of its own.
const kindOf = (apiVersion: string, kind: string): string | undefined => typeOfKind(apiVersion, kind || 'WatchEvent');

describe('round trip', () => {
  test.each(vectors.map((vector) => [vector.type, vector] as const))('%s', (_type, { json, pb }) => {
    const bytes = Buffer.from(pb, 'base64');
    const { apiVersion = '', kind = '', ...body } = json;
    expect(decodeProtobuf(bytes, kindOf)).toEqual({ ...body, apiVersion, kind });
    expect(seal(apiVersion, kind, encodeMessage(kindOf(apiVersion, kind) ?? '', body)).equals(bytes)).toBe(true);
  });
});

test('broken bytes are refused, never a crash', () => {
  const whole = vectors.filter((_, i) => i % 20 === 0).map(({ pb }) => Buffer.from(pb, 'base64'));
  const tampered = tuple(constantFrom(...whole), array(tuple(nat(), integer({ min: 0, max: 255 })), { maxLength: 8 }), nat()).map(([bytes, changes, cut]) => {
    const copy = Buffer.from(bytes);
    for (const [at, byte] of changes) copy[4 + (at % (copy.length - 4))] = byte;
    return copy.subarray(0, Math.max(4, copy.length - (cut % 50)));
  });
  assert(
    property(tampered, (bytes) => {
      expect(refusalOf(() => decodeProtobuf(bytes, typeOfKind))).toSatisfy((code) => code === undefined || code === 400);
    }),
    { numRuns: 500 },
  );
});

/** The code of a refusal, undefined for none; anything else that is thrown goes on. */
function refusalOf(act: () => unknown): number | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.code;
    throw error;
  }
}
