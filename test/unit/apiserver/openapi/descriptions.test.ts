// What the build derives for `kubectl explain`: nearly everything is described, and by upstream alone.
import { describe, expect, it } from 'vitest';
import { apiDescriptions } from '../../../../scripts/api-descriptions.ts';
import facts from '../../../../src/sim/resources/facts/types.json' with { type: 'json' };

const texts = apiDescriptions();
const core = (type: string, field: string): string => texts[`io.k8s.api.core.v1.${type}`]?.[1][field] ?? '';

describe('descriptions of the API', () => {
  it('are there for every type and, but for a few that upstream leaves bare, every field', () => {
    expect(Object.keys(facts).filter((type) => !texts[type]?.[0])).toEqual([]);
    const bare = Object.entries(facts).flatMap(([type, { fields }]) => Object.keys(fields).filter((field) => !texts[type]?.[1][field]));
    expect(bare.length).toBeLessThan(60);
  });

  it('say what each value of an enumeration means, and only values of this release', () => {
    const [, ...values] = core('PodSpec', 'dnsPolicy').split(/\n - `/);
    expect(values.map((line) => /^"(\w+)"` \w+/.exec(line)?.[1])).toEqual(['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']);
  });

  it('keep the indentation of lists in lists', () => {
    expect(core('ServicePort', 'appProtocol')).toMatch(/\n {2}\* '/);
  });

  it('hold nothing of the packages that they come from', () => {
    expect(JSON.stringify(texts)).not.toMatch(/pulumi|&#|@deprecated|\\\\\*/i);
  });
});
