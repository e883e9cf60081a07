// What a real API server answered to good and bad objects, kind by kind and plugin by plugin, is what ours answers.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';
import { caseTables, type Answer } from '../../fixtures/recorded-cases.ts';
import { prepare, replay } from '../../fixtures/replay.ts';

/** `folder/table: case`, and why we differ. */
const KNOWN: Readonly<Record<string, string>> = {
  'validation/horizontal-pod-autoscaler: behavior without policies': 'an empty list is decoded as none',
  'validation/role: odd binding': 'upstream fails on the unknown kind of role before validation, with a 500',
  'validation/ingress: update': 'an empty list is decoded as none, and shown as null',
  'validation/pod-spec: preemption policy': 'the priority plugin does not compare the policy with its class',
  'validation/pod-update: labels bad': 'upstream checks metadata several times over, and repeats the causes',
  'validation/pod-update: annotation mirror': 'upstream checks metadata several times over, and repeats the causes',
  'validation/pod-update: finalizer bad': 'upstream checks metadata several times over, and repeats the causes',
  'validation/namespace: update label bad': 'upstream checks metadata several times over, and repeats the causes',
  'validation/service-account: update label': 'upstream checks metadata several times over, and repeats the causes',
  'validation/config-map: generation negative': 'a generation that a client sends is dropped before it is checked',
  'validation/deployment: update namespace': 'a patch is refused in the words of a PUT',
  'validation/deployment: update uid': 'a patch is refused in the words of a PUT',
  'validation/deployment: scale name': 'scales do not compare the name in the body',
  'validation/job: name long': 'the labels of the template are those of the job before it is validated',
};

describe.each(['admission', 'validation'])('%s', (folder) => {
  describe.each(caseTables(folder))('$name', (table) => {
    let server: TestServer;
    const recorded = JSON.parse(readFileSync(table.answersFile, 'utf8')) as Readonly<Record<string, readonly Answer[]>>;
    beforeAll(async () => {
      server = await testServer({ enable: table.file.enable ?? [] });
      await prepare(server, table);
    });

    test('every case has an answer', () => {
      expect(Object.keys(table.file.cases)).toEqual(Object.keys(recorded));
    });
    const isKnown = (title: string): boolean => Object.hasOwn(KNOWN, `${folder}/${table.name}: ${title}`);
    test.each(Object.keys(recorded).filter((title) => !isKnown(title)))('%s', async (title) => {
      expect(await replay(server, table, title)).toEqual(recorded[title]);
    });
    test.fails.each(Object.keys(recorded).filter(isKnown))('%s', async (title) => {
      expect(await replay(server, table, title)).toEqual(recorded[title]);
    });
  });
});
