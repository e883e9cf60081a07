// Bodies and what is wrong with them, in the words of a real 1.35 server.
import { describe, expect, it, test } from 'vitest';
import { StatusError } from '../../../../src/kube/machinery/status-error.ts';
import { decodeBody } from '../../../../src/sim/apiserver/serializer/body.ts';
import { syntaxProblem } from '../../../../src/kube/machinery/json-syntax.ts';
import { parseObjectOf, parsePatch, patchDuplicates, type BodyFormat } from '../../../../src/sim/apiserver/serializer/parse.ts';
import { codecOf } from '../../../../src/sim/resources/codec.ts';
import type { JsonObject } from '../../../../src/kube/machinery/json.ts';

const KINDS = {
  ConfigMap: { codec: codecOf('io.k8s.api.core.v1.ConfigMap'), kind: 'ConfigMap', groupVersion: 'v1' },
  Pod: { codec: codecOf('io.k8s.api.core.v1.Pod'), kind: 'Pod', groupVersion: 'v1' },
} as const;

function read(
  text: string,
  kind: keyof typeof KINDS = 'ConfigMap',
  format: BodyFormat = 'json',
): { readonly value?: JsonObject; readonly warnings: string[]; readonly refused?: string } {
  const warnings: string[] = [];
  const as = (validation: 'Strict' | 'Warn'): JsonObject =>
    decodeBody(KINDS[kind], parseObjectOf(kind, Buffer.from(text), format), validation, (each) => warnings.push(each));
  try {
    const value = as('Warn');
    if (!warnings.length) return { value, warnings };
    as('Strict');
    return { warnings };
  } catch (error) {
    if (error instanceof StatusError) return { warnings, refused: error.message.replace(/^\w+ in version "v1" cannot be handled as a \w+: /, '') };
    throw error;
  }
}

describe('strict decoding', () => {
  it('tells unknown and duplicate fields in the order of the text, each once', () => {
    const text = '{"spec":{"template":1},"zoo":1,"metadata":{"name":"a","zed":1,"labels":{"a":"b","a":"c"}},"apple":2,"data":{"x":"1","x":"2"},"zoo":2}';
    const problems = [
      'unknown field "spec"',
      'unknown field "zoo"',
      'unknown field "metadata.zed"',
      'duplicate field "metadata.labels.a"',
      'unknown field "apple"',
      'duplicate field "data.x"',
    ];
    expect(read(text)).toEqual({ warnings: problems, refused: `strict decoding error: ${problems.join(', ')}` });
  });

  it('looks into lists, and not into what is unknown', () => {
    const text =
      '{"metadata":{"name":"a"},"spec":{"containers":[{"name":"a","foo":1,"ports":[{"containerPort":1,"bar":2,"containerPort":2}]},{"foo":1}],"zoo":{"a":1,"a":2}},"aaa":1}';
    expect(read(text, 'Pod').warnings).toEqual([
      'unknown field "spec.containers[0].foo"',
      'unknown field "spec.containers[0].ports[0].bar"',
      'duplicate field "spec.containers[0].ports[0].containerPort"',
      'unknown field "spec.containers[1].foo"',
      'unknown field "spec.zoo"',
      'unknown field "aaa"',
    ]);
  });

  it('stops at a hundred', () => {
    expect(read(`{${Array.from({ length: 120 }, (_, i) => `"f${i}":1`).join(',')}}`).warnings.length).toBe(100);
  });

  it('takes __proto__ for a key like any other', () => {
    expect(read('{"__proto__":{"data":{"a":"b"}},"metadata":{"__proto__":{"name":"x"}}}').warnings).toEqual([
      'unknown field "__proto__"',
      'unknown field "metadata.__proto__"',
    ]);
    const { value } = read('{"data":{"__proto__":"x","constructor":"y"}}');
    expect(JSON.stringify(value?.['data'])).toBe('{"__proto__":"x","constructor":"y"}');
    expect(Object.getPrototypeOf(value?.['data'])).toBe(Object.prototype);
  });

  it('quotes lines of YAML', () => {
    const text = 'metadata:\n  name: a\n  name: b\nzoo: 1\nzoo: 2\ndata:\n  a: "1"\n  a: "2"\n';
    const { warnings, refused } = read(text, 'ConfigMap', 'yaml');
    expect(warnings).toEqual([
      'line 3: key "name" already set in map',
      'line 5: key "zoo" already set in map',
      'line 8: key "a" already set in map',
      'unknown field "zoo"',
    ]);
    expect(refused).toBe(
      'strict decoding error: yaml: unmarshal errors:\n  line 3: key "name" already set in map\n  line 5: key "zoo" already set in map\n  line 8: key "a" already set in map, unknown field "zoo"',
    );
  });

  it('finds what a patch gives twice', () => {
    expect(patchDuplicates(parsePatch(Buffer.from('{"data":{"a":"1","a":"2"}}'), 'merge'))).toEqual(['duplicate field "data.a"']);
  });
});

describe('wrong types', () => {
  test.each([
    [
      '{"metadata":{"name":"a"},"spec":{"containers":[{"name":1}]}}',
      'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
    ],
    ['{"spec":{"containers":{}}}', 'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [
      '{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":1.5}}}]}}',
      'json: cannot unmarshal number 1.5 into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    ],
    ['{"spec":{"priority":3000000000}}', 'json: cannot unmarshal number 3000000000 into Go struct field PodSpec.spec.priority of type int32'],
    ['{"metadata":{"labels":["a"]}}', 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string'],
  ])('%s', (text, message) => {
    expect(read(text, 'Pod').refused).toBe(message);
  });
});

describe('other kinds', () => {
  test.each([
    [
      '{"kind":"Podx","apiVersion":"v1"}',
      'Podx in version "v1" cannot be handled as a Pod: no kind "Podx" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      '{"kind":"Deployment","apiVersion":"apps/v1"}',
      'Deployment in version "v1" cannot be handled as a Pod: converting (v1.Deployment) to (core.Pod): unknown conversion',
    ],
  ])('%s', (text, message) => {
    expect(() => decodeBody(KINDS.Pod, JSON.parse(text) as JsonObject, 'Strict', () => {})).toThrow(message);
  });
});

describe('what is no JSON', () => {
  test.each([
    ['', 'unexpected end of JSON input'],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['1.', "invalid character ' ' after decimal point in numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['['.repeat(10_001), "invalid character '[' exceeded max depth"],
  ])('%#', (text, message) => {
    expect(syntaxProblem(text)).toBe(message);
  });
});
