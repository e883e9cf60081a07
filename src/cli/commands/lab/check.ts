// ckadet lab check: grades the running lab; with --watch again and again until it is full.
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Grade } from '../../../labs/grade.ts';
import { delay } from '../../../platform/clock.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { currentPractice, gradeData, gradeText } from '../../lab-place.ts';

const WATCH_MS = 2_000;

async function gradeOnce(context: CommandContext): Promise<{ readonly grade: Grade; readonly lab: string; readonly notes: string | undefined }> {
  const { home, clock, signal } = context;
  const [{ gradePractice }, { recordAttempt }, { labDocument }, { substitute }] = await Promise.all([
    import('../../../labs/practice.ts'),
    import('../../../labs/history.ts'),
    import('../../../labs/library.ts'),
    import('../../../labs/variables.ts'),
  ]);
  const { session, practice } = await currentPractice(context);
  const grade = await gradePractice(practice, session, { clock, signal });
  const { lab, seed, hints, solutionShown, startedAt } = session;
  await recordAttempt(home, {
    lab,
    seed,
    at: clock.now(),
    seconds: Math.round((clock.now() - startedAt) / 1000),
    points: grade.points,
    total: grade.total,
    hints,
    solutionShown,
    failed: grade.results.filter(({ state }) => state !== 'passed').map(({ id }) => id),
  });
  const notes = await labDocument(practice.lab, 'notes.md');
  return { grade, lab, notes: notes === undefined ? undefined : substitute(notes, session.variables) };
}

export const command = defineCommand({
  description:
    'Grades what is in the cluster now: every check with its points, what was found where it is not right yet, and near misses. It changes nothing, and you may grade as often as you like. Exit code 0 means full marks.',
  options: { watch: { summary: 'grade again as you work, until it is full' }, json: jsonOption },
  examples: [
    { command: 'ckadet lab check', says: 'grade now' },
    { command: 'ckadet lab check --watch', says: 'keep it open beside your shell' },
  ],
  next: [
    { command: 'ckadet lab why CHECK', says: 'what exactly was looked at' },
    { command: 'ckadet lab hint', says: 'when stuck' },
    { command: 'ckadet lab reset', says: 'end the lab and clean up' },
  ],
  async run(input, context) {
    const { out, clock, signal } = context;
    let { grade, lab, notes } = await gradeOnce(context);
    if (input.watch) {
      let shown = '';
      while (grade.points < grade.total) {
        const text = gradeText(grade, out);
        if (text !== shown) out.print(`${text}\n`);
        shown = text;
        await delay(clock, WATCH_MS, signal);
        ({ grade, lab, notes } = await gradeOnce(context));
      }
    }
    const full = grade.points === grade.total;
    const { renderMarkdown } = await import('../../output/markdown.ts');
    await out.data(gradeData(lab, grade), () =>
      [gradeText(grade, out), ...(full && notes ? ['', renderMarkdown(notes, out), '', 'End the lab and clean up: ckadet lab reset'] : [])].join('\n'),
    );
    return full ? EXIT.ok : EXIT.failed;
  },
});
