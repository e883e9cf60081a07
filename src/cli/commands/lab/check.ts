// ckadet lab check: grades the running lab; with --watch again after every change until it is full.
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Grade } from '../../../labs/grade.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { gradeData, gradeText } from '../../lab-place.ts';
import { type Current, currentPractice } from '../../running-lab.ts';

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
    const { out, env } = context;
    const current = await currentPractice(context);
    const { strayAim } = await import('../../kubectl-aim.ts');
    // One who watches sees no end of the command: the warning comes first.
    const early = input.watch ? await strayAim(current.practice.target, env) : undefined;
    if (early) out.warn(early);
    const grade = input.watch ? await gradeUntilFull(current, context) : await gradeAndRecord(current, context);
    const { lab } = current.session;
    const full = grade.points === grade.total;
    const notes = full ? await notesOf(current, context) : undefined;
    const stray = full || input.watch ? undefined : await strayAim(current.practice.target, env);
    const ending = current.place.tour ? 'Leave the shell to end the tour: exit' : 'End the lab and clean up: ckadet lab reset';
    await out.data(gradeData(lab, grade), () => [gradeText(grade, out), ...(notes ? ['', notes, '', ending] : [])].join('\n'));
    if (stray) out.warn(stray);
    return full ? EXIT.ok : EXIT.failed;
  },
});

async function gradeAndRecord({ session, practice }: Current, { home, clock, signal }: CommandContext, before?: Grade): Promise<Grade> {
  const [{ gradePractice }, { recordAttempt }] = await Promise.all([import('../../../labs/practice.ts'), import('../../../labs/history.ts')]);
  const grade = await gradePractice(practice, session, { clock, signal });
  // While one watches, only what changes the score is an attempt.
  if (before?.points === grade.points) return grade;
  const { lab, seed, hints, solutionShown, startedAt } = session;
  const failed = grade.results.filter(({ state }) => state !== 'passed').map(({ id }) => id);
  const seconds = Math.round((clock.now() - startedAt) / 1000);
  await recordAttempt(home, { lab, seed, at: clock.now(), seconds, points: grade.points, total: grade.total, hints, solutionShown, failed });
  return grade;
}

async function gradeUntilFull(current: Current, context: CommandContext): Promise<Grade> {
  const { out, clock, signal } = context;
  const [{ followChanges, watchedResources }, { probeNames }] = await Promise.all([import('../../../labs/changes.ts'), import('../../../labs/practice.ts')]);
  const { file, target } = current.practice;
  const probes = await probeNames(current.practice);
  const changes = followChanges(target.client, watchedResources(file.checks), clock, ({ metadata }) => probes.has(metadata.name ?? ''));
  try {
    let grade = await gradeAndRecord(current, context);
    for (let shown = ''; grade.points < grade.total; grade = await gradeAndRecord(current, context, grade)) {
      const text = gradeText(grade, out);
      if (text !== shown) out.print(`${text}\n`);
      shown = text;
      await changes.next(signal);
    }
    return grade;
  } finally {
    changes.stop();
  }
}

async function notesOf({ practice }: Current, { out }: CommandContext): Promise<string | undefined> {
  const [{ labDocument }, { substitute }, { renderMarkdown }] = await Promise.all([
    import('../../../labs/library.ts'),
    import('../../../labs/variables.ts'),
    import('../../output/markdown.ts'),
  ]);
  const notes = await labDocument(practice.lab, 'notes.md');
  return notes === undefined ? undefined : renderMarkdown(substitute(notes, practice.variables), out);
}
