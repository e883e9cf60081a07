// What a real API server answered to good and bad objects, kind by kind and plugin by plugin, is what ours answers.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJsonText } from '../../../src/kube/machinery/json-text.ts';
import { testServer, type TestServer } from '../../fixtures/api-server.ts';
import { caseTables, type Answer } from '../../fixtures/recorded-cases.ts';
import { prepare, replay } from '../../fixtures/replay.ts';

/** `folder/table: case`, and why we differ. */
const KNOWN: Readonly<Record<string, string>> = {};

describe.each(['admission', 'validation'])('%s', (folder) => {
  describe.each(caseTables(folder))('$name', (table) => {
    let server: TestServer;
    const recorded = parseJsonText(readFileSync(table.answersFile, 'utf8')) as Readonly<Record<string, readonly Answer[]>>;
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
