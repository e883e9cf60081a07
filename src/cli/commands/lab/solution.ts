// ckadet lab solution: the model solution of the running lab, and what other ways there are.
import { defineCommand, jsonOption } from '../../command.ts';
import { runningLab } from '../../running-lab.ts';

export const command = defineCommand({
  description: 'Shows the model solution of the running lab with its own names put in, and the other ways that are known. Nothing is run.',
  options: { all: { summary: 'the other solutions too' }, json: jsonOption },
  examples: [
    { command: 'ckadet lab solution', says: 'the model solution' },
    { command: 'ckadet lab solution --all', says: 'every known way' },
  ],
  next: [
    { command: 'ckadet lab check', says: 'grade what you did' },
    { command: 'ckadet lab reset', says: 'clean up, then try again' },
  ],
  async run(input, context) {
    const { out } = context;
    const [{ saveSession }, { labScripts }, { scriptText }] = await Promise.all([
      import('../../../labs/session.ts'),
      import('../../../labs/library.ts'),
      import('../../../labs/solve.ts'),
    ]);
    const { place, session, lab } = await runningLab(context);
    const names = await labScripts(lab, 'solutions');
    const texts = await Promise.all(
      (input.all ? names : names.slice(0, 1)).map(async (name) => ({
        name,
        text: await scriptText({ lab, variables: session.variables }, `solutions/${name}`),
      })),
    );
    await saveSession(place, { ...session, solutionShown: true });
    await out.data({ lab: session.lab, solutions: texts, others: input.all ? [] : names.slice(1) }, () =>
      [
        ...texts.map(({ name, text }) => `${out.style.quiet(`# ${name}`)}\n${text.trimEnd()}`),
        ...(!input.all && names.length > 1 ? ['', out.style.quiet(`# Other ways: ${names.slice(1).join(', ')} (ckadet lab solution --all)`)] : []),
      ].join('\n'),
    );
  },
});
