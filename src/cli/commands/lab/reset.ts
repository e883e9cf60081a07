// ckadet lab reset: ends the running lab and puts the cluster back as it was.
import { defineCommand, jsonOption } from '../../command.ts';
import { currentPractice } from '../../lab-place.ts';

export const command = defineCommand({
  description:
    'Ends the running lab: what it made is removed, and labels, taints and cordons of the nodes are put back as they were before. Your history stays.',
  options: { json: jsonOption },
  examples: [{ command: 'ckadet lab reset', says: 'end and clean up' }],
  next: [{ command: 'ckadet lab start LAB', says: 'begin another, or the same again' }],
  async run(_input, context) {
    const { home, out, clock, signal, interrupts } = context;
    const [{ endSession }, { takeDown }] = await Promise.all([import('../../../labs/session.ts'), import('../../../labs/practice.ts')]);
    const { session, practice } = await currentPractice(context);
    await interrupts.protect(() => out.progress.step('Cleaning up', () => takeDown(practice, session, { clock, signal })));
    await endSession(home);
    await out.data(
      { lab: session.lab, cluster: practice.target.name },
      () => `The lab ${session.lab} has ended; the cluster ${practice.target.name} is as it was before.`,
    );
  },
});
