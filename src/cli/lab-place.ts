// What lab commands share: where labs are, and how a grade reads.
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import type { Grade } from '../labs/grade.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output/output.ts';
import { definitions, wrap } from './output/wrap.ts';

/** The option of every lab command. */
export const labsOption = { summary: 'a folder of labs instead of the built-in ones; $CKADET_LABS does the same', value: 'dir', completes: 'files' } as const;

/** The package's own labs lie beside dist/ and src/ alike. */
const BUILT_IN = ['../../labs', '../labs', '../../../labs'];

export interface LabPlace {
  readonly root: string;
  /** Of the package's own labs: what the build knows of them. */
  readonly index: string | undefined;
}

export async function labPlace(option: string | undefined, { env }: Pick<CommandContext, 'env'>): Promise<LabPlace> {
  const given = option ?? env['CKADET_LABS'];
  if (given) return { root: resolve(given), index: undefined };
  const { existsSync } = await import('node:fs');
  const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const root = BUILT_IN.map(at).find((path) => existsSync(`${path}/cluster-architecture`)) ?? at(BUILT_IN[0] ?? '');
  return { root, index: at('../labs.json') };
}

const MARKS = { passed: '✓', failed: '✗', 'not-reached': '·' } as const;

/** One line per check, what was found below those that fail, and the score. */
export function gradeText(grade: Grade, { style, width }: Output): string {
  const lines = grade.results.flatMap(({ id, says, points, state, observation, waitsFor }) => {
    const paint = state === 'passed' ? style.good : state === 'failed' ? style.bad : style.quiet;
    const more =
      state === 'failed' && observation
        ? [`found: ${observation.found}`, ...observation.nearMisses.map((miss) => `near: ${miss}`)]
        : state === 'not-reached'
          ? [`not reached: first ${waitsFor.join(', ')}`]
          : [];
    return [
      definitions([[`${MARKS[state]} ${id}`, `${says} (${points} point${points === 1 ? '' : 's'})`]], width, paint, 20),
      ...more.map((text) => style.quiet(wrap(text, width, 6))),
    ];
  });
  const full = grade.points === grade.total;
  return [...lines, '', (full ? style.good : style.heading)(`${grade.points} of ${grade.total} points`)].join('\n');
}

export const gradeData = (lab: string, grade: Grade): object => ({
  lab,
  points: grade.points,
  total: grade.total,
  checks: grade.results.map(({ id, says, points, state, waitsFor, observation }) => ({
    id,
    says,
    points,
    state,
    ...(waitsFor.length ? { waitsFor } : {}),
    ...(observation ? { looked: observation.looked, found: observation.found, nearMisses: observation.nearMisses } : {}),
  })),
});
