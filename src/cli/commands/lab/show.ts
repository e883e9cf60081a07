// ckadet lab show: what a lab asks, and what the running one asks of you.
import { defineCommand, jsonOption } from '../../command.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { runningLab } from '../../running-lab.ts';
import { taskHead } from '../../task-page.ts';

export const command = defineCommand({
  description: 'Shows the task of a lab; without a name, that of the lab that is going on, with its own names and nodes put in.',
  arguments: { lab: { summary: 'the lab, such as drain-node; the running one if not given', completes: 'labs' } },
  options: { labs: labsOption, json: jsonOption },
  examples: [
    { command: 'ckadet lab show', says: 'the running lab' },
    { command: 'ckadet lab show node-affinity', says: 'another one, before beginning it' },
  ],
  next: [
    { command: 'ckadet lab start LAB', says: 'begin' },
    { command: 'ckadet lab check', says: 'grade what you did' },
  ],
  async run(input, context) {
    const { out } = context;
    const [{ labDocument, loadLab }, { substitute }, { renderMarkdown }] = await Promise.all([
      import('../../../labs/library.ts'),
      import('../../../labs/variables.ts'),
      import('../../output/markdown.ts'),
    ]);
    const running = input.lab === undefined ? await runningLab(context) : undefined;
    const lab = running?.lab ?? (await loadLab((await labPlace(input.labs, context)).root, input.lab ?? ''));
    const task = substitute((await labDocument(lab, 'task.md')) ?? '', running?.session.variables ?? {});
    const { title, minutes, difficulty, objectives } = lab.file;
    await out.data(
      { id: lab.id, title, minutes, difficulty, objectives, task, ...(running ? { seed: running.session.seed, variables: running.session.variables } : {}) },
      () => [...taskHead({ id: lab.id, title, minutes, difficulty }, task, out), renderMarkdown(task, out)].join('\n'),
    );
  },
});
