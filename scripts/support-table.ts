// Writes the table of supported resources between its markers in README.md, from the descriptors and the controllers that play.
// usage: node scripts/support-table.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLLERS } from '../src/sim/controllers/registry.ts';
import { ResourceRegistry } from '../src/sim/resources/registry.ts';

const README = join(import.meta.dirname, '../README.md');
const BEGIN = '<!-- support table: written by scripts/support-table.ts -->';
const END = '<!-- end of the support table -->';

export function supportTable(): string {
  const playing = new Set(['kubelet', ...CONTROLLERS.map(({ name }) => name)]);
  const groups = Map.groupBy(new ResourceRegistry().all, ({ groupVersion }) => groupVersion);
  const rows = [...groups]
    .sort(([a], [b]) => (a === 'v1' ? -1 : b === 'v1' ? 1 : a < b ? -1 : 1))
    .map(([groupVersion, resources]) => {
      const names = (kept: (controller: string | undefined) => boolean): string =>
        resources
          .filter(({ kindRules }) => kept(kindRules.controller))
          .map(({ resource }) => resource)
          .sort()
          .join(', ');
      return `| ${groupVersion} | ${names((controller) => controller === undefined || playing.has(controller))} | ${names((controller) => controller !== undefined && !playing.has(controller))} |`;
    });
  return ['| API | supported | stored and shown, but nothing acts on them yet |', '|---|---|---|', ...rows].join('\n');
}

/** The README with the table of today. Throws when the markers are gone. */
export function withSupportTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the markers ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${supportTable()}\n\n${readme.slice(end)}`;
}

if (process.argv[1] === import.meta.filename) {
  const readme = readFileSync(README, 'utf8');
  const current = withSupportTable(readme);
  if (process.argv.includes('--check')) {
    if (current !== readme) {
      console.error('README.md: the support table is out of date; run node scripts/support-table.ts');
      process.exitCode = 1;
    }
  } else writeFileSync(README, current);
}
