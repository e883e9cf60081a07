// The prose of types and fields, derived when the package is built; `kubectl explain` is poorer without the file, nothing else.
import fs from 'node:fs';
import type { Logger } from '../../platform/logger.ts';
import type { Descriptions } from './openapi.ts';

type Texts = Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>;

/** Reads the file that `scripts/build.ts` writes. Keys are short type names with their group's module: `core/v1.Pod`. */
export function loadDescriptions(file: URL, log: Logger): Descriptions {
  let texts: Texts = {};
  try {
    texts = JSON.parse(fs.readFileSync(file, 'utf8')) as Texts;
  } catch (error) {
    log.warn('no descriptions of API fields: kubectl explain shows names and types only', { file: file.pathname, error: error instanceof Error ? error.message : String(error) });
  }
  return (schema, field) => {
    const type = texts[schema];
    return field === undefined ? type?.[0] : type?.[1][field];
  };
}
