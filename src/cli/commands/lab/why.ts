// ckadet lab why: the exact query of a check, what was expected and what was there.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { nearestName } from '../../../errors/nearest-name.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { wrap } from '../../output/wrap.ts';
import { currentPractice } from '../../running-lab.ts';

/** More than this one does not read on a terminal. */
const MOST_LINES = 60;

export const command = defineCommand({
  description:
    'Shows how one check of the running lab comes to its verdict: the query, as a command you can type yourself, and of the answer the objects and fields that decide. With --json also the rule itself and the whole answer.',
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
      const deciding = seen.deciding ?? seen.observed;
      const isNothing = deciding === null || (Array.isArray(deciding) && !deciding.length);
      const observed = isNothing ? [] : asYaml(deciding).split('\n');
      const shown =
        observed.length > MOST_LINES ? [...observed.slice(0, MOST_LINES), `… ${observed.length - MOST_LINES} more lines: --json shows them`] : observed;
      const found = [`Found: ${seen.found}`, ...seen.nearMisses.map((miss) => `near: ${miss}`)];
      return [
        wrap(head, out.width),
        '',
        'Looked at',
        `  ${out.style.code(seen.looked)}`,
        '',
        ...found.map((line, i) => wrap(line, out.width, i ? 2 : 0)),
        ...(isNothing ? [] : ['', seen.met ? 'What is there' : 'What decides, of what is there', ...shown.map((line) => `  ${line}`)]),
        '',
        out.style.quiet(wrap('The rule itself (CEL) and everything that was read: --json', out.width)),
      ].join('\n');
    });
  },
});
