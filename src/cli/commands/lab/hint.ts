// ckadet lab hint: the next hint of the running lab.
import { defineCommand, jsonOption } from '../../command.ts';
import { runningLab } from '../../running-lab.ts';

export const command = defineCommand({
  description: 'Shows the next hint of the running lab, from a nudge to nearly the answer. Hints cost no points; your history remembers how many you took.',
  options: { json: jsonOption },
  examples: [{ command: 'ckadet lab hint', says: 'the next one' }],
  next: [{ command: 'ckadet lab solution', says: 'when all hints are read' }],
  async run(_input, context) {
    const { out } = context;
    const [{ saveSession }, { labDocument }, { substitute }, { renderMarkdown }] = await Promise.all([
      import('../../../labs/session.ts'),
      import('../../../labs/library.ts'),
      import('../../../labs/variables.ts'),
      import('../../output/markdown.ts'),
    ]);
    const { place, session, lab } = await runningLab(context);
    const text = substitute((await labDocument(lab, 'hints.md')) ?? '', session.variables);
    const hints = text.split(/^(?=## )/m).filter((part) => part.startsWith('## '));
    const number = Math.min(session.hints + 1, hints.length);
    const hint = hints[number - 1];
    if (hint === undefined) {
      out.print('This lab has no hints.');
      return;
    }
    await saveSession(place, { ...session, hints: Math.max(session.hints, number) });
    await out.data({ lab: session.lab, hint: number, of: hints.length, text: hint }, () =>
      [
        out.style.quiet(`Hint ${number} of ${hints.length}`),
        '',
        renderMarkdown(hint, out),
        ...(number === hints.length ? ['', 'That was the last one. The solution: ckadet lab solution'] : []),
      ].join('\n'),
    );
  },
});
