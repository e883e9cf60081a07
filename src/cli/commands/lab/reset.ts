// ckadet lab reset: ends the running lab and puts the cluster back as it was.
import { AppError } from '../../../errors/app-error.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { wrap } from '../../output/wrap.ts';
import { anyPractice, type Current, ensureRunning } from '../../running-lab.ts';

/** The cluster went, and everything of the lab with it. */
const GONE: readonly string[] = ['CLUSTER_NOT_FOUND', 'SESSION_STALE'];

/** Undefined when there is nothing left to clean up. */
async function whatIsLeft(context: CommandContext): Promise<Current | undefined> {
  try {
    return await anyPractice(context);
  } catch (error) {
    if (error instanceof AppError && GONE.includes(error.code)) return undefined;
    throw error;
  }
}

export const command = defineCommand({
  description:
    'Ends the running lab: what it made is removed, and labels, taints and cordons of the nodes are put back as they were before. Your history stays.',
  options: { json: jsonOption },
  examples: [{ command: 'ckadet lab reset', says: 'end and clean up' }],
  next: [{ command: 'ckadet lab start LAB', says: 'begin another, or the same again' }],
  async run(_input, context) {
    const { home, out, clock, signal, interrupts } = context;
    const [{ currentSession, demandNotBeingSetUp, demandNoTour, endSession, sessionPlace }, { takeDown }] = await Promise.all([
      import('../../../labs/session.ts'),
      import('../../../labs/practice.ts'),
    ]);
    const place = sessionPlace(context);
    demandNoTour(place, 'the lab of the tour is not reset');
    const session = await currentSession(place);
    await demandNotBeingSetUp(session);
    const { lab, cluster: name } = session;
    // What the lab made is in the cluster, which has to run to be cleaned up.
    if (name !== undefined && (await (await context.simulator(home)).list()).includes(name)) await ensureRunning(name, context);
    const left = await whatIsLeft(context);
    if (left) await interrupts.protect(() => out.progress.step('Cleaning up', () => takeDown(left.practice, left.session, { clock, signal })));
    await endSession(place);
    const cluster = left?.practice.target.name ?? null;
    await out.data({ lab, cluster }, () =>
      wrap(`The lab ${lab} has ended; ${cluster === null ? 'its cluster is gone' : `the cluster ${cluster} is as it was before`}.`, out.width),
    );
  },
});
