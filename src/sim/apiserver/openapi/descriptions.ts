// The prose of types and fields, derived when the package is built; `kubectl explain` is poorer without the file, nothing else.
import fs from 'node:fs';
import type { Logger } from '../../../platform/logger.ts';
import type { Descriptions } from './schemas.ts';

type Texts = Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>;

/** The built package has it beside its chunks; sources run unbuilt find that of the last build. */
const PLACES = ['../api-descriptions.json', '../../../../dist/api-descriptions.json'];

/** Reads the file that the build writes; without it everything is described by nothing, and the log says so. */
export function loadDescriptions(log: Logger): Descriptions {
  const file = PLACES.map((place) => new URL(place, import.meta.url)).find((each) => fs.existsSync(each));
  if (!file) log.warn('no descriptions of API fields: kubectl explain shows names and types only; npm run build makes them');
  const texts: Texts = file ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Texts) : {};
  return (schema, field) => {
    const type = texts[schema];
    return field === undefined ? type?.[0] : type?.[1][field];
  };
}
