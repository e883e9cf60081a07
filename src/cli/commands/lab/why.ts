// ckadet lab why: the exact query of a check, what was expected and what was there.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { nearestName } from '../../../errors/nearest-name.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { currentPractice } from '../../running-lab.ts';

export const command = defineCommand({
  description:
    'Shows how one check of the running lab comes to its verdict: the query, as a command you can type yourself, what is expected of the answer, and the answer.',
  arguments: { check: { summary: 'the check, as ckadet lab check names it', required: true, completes: 'checks' } },
  options: { json: jsonOption },
  examples: [{ command: 'ckadet lab why cordoned', says: 'how the check cordoned looks at the cluster' }],
  next: [{ command: 'ckadet lab hint', says: 'when that does not help' }],
  async run(input, context) {
    const { out, clock, signal } = context;
    const { session, practice } = await currentPractice(context);
    const ids = practice.file.checks.map(({ id }) => id);
    if (!ids.includes(input.check)) {
      const near = nearestName(input.check, ids);
      throw new AppError({
        code: 'NO_SUCH_CHECK',
        what: `the lab ${session.lab} has no check ${input.check}`,
        ...(near ? { why: `did you mean: ${near}` } : {}),
        next: [`its checks: ${ids.join(', ')}`],
        exitCode: EXIT.usage,
      });
    }
    const [{ gradePractice }, { asYaml }] = await Promise.all([import('../../../labs/practice.ts'), import('../../output/yaml.ts')]);
    const { results } = await gradePractice(practice, session, { clock, signal });
    const result = results.find(({ id }) => id === input.check);
    const seen = result?.observation;
    await out.data({ ...result }, () => {
      const head = `${out.style.heading(input.check)}: ${result?.says ?? ''}`;
      if (!seen) return `${head}\n\nNot reached: first ${result?.waitsFor.join(', ') ?? ''}.`;
      const observed = asYaml(seen.observed).split('\n');
      const shown = observed.length > 60 ? [...observed.slice(0, 60), `… ${observed.length - 60} more lines: --json shows them`] : observed;
      return [
        head,
        '',
        'Looked at',
        `  ${out.style.code(seen.looked)}`,
        '',
        'Expected',
        ...seen.expectation.split('\n').map((line) => `  ${line}`),
        '',
        `Found: ${seen.found}`,
        ...(seen.because ? [`  ${seen.because}`] : []),
        ...seen.nearMisses.map((miss) => `  near: ${miss}`),
        '',
        ...shown.map((line) => `  ${line}`),
      ].join('\n');
    });
  },
});
