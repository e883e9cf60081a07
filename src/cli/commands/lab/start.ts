// ckadet lab start: sets the scene of a lab on a cluster and shows the task.
import { chooseCluster, selectTarget } from '../../../cluster/select.ts';
import { DEFAULT_CLUSTER } from '../../../cluster/cluster-record.ts';
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Traces } from '../../../labs/practice.ts';
import { freshSeed } from '../../../platform/random.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { wholeNumber } from '../../option-values.ts';

const parseSeed = wholeNumber({ min: 0, max: 2 ** 31 });

/** The cluster to use: a simulated one is started or resumed when none runs. */
async function clusterFor(
  input: { readonly cluster: string | undefined; readonly context: string | undefined },
  context: CommandContext,
): Promise<{ readonly cluster?: string; readonly context?: string }> {
  if (input.context !== undefined) return { context: input.context };
  const { home, env, out, signal, interrupts, simulator, questions } = context;
  const provider = await simulator(home);
  const name = input.cluster ?? ((await provider.list()).length ? await chooseCluster(provider, env) : DEFAULT_CLUSTER);
  const status = (await provider.status()).find((each) => each.name === name);
  if (status?.state === 'running') return { cluster: name };
  if (questions.interactive && !(await questions.confirm(`The cluster ${name} does not run. Start it?`, true)))
    throw new AppError({ code: 'NO_CLUSTER', what: 'a lab needs a cluster', next: [`ckadet up ${name}`], exitCode: EXIT.missingPrerequisite });
  await interrupts.protect(() => provider.up({ name }, { progress: out.progress, signal }));
  return { cluster: name };
}

export const command = defineCommand({
  description:
    'Begins a lab: picks its names and nodes by the seed, sets the scene on the cluster and shows the task. Only one lab goes on at a time.\n\nA cluster that ckadet did not make is used only after ckadet allow.',
  arguments: { lab: { summary: 'the lab, such as drain-node', required: true } },
  options: {
    cluster: { summary: 'a simulated cluster; the usual one if not given', value: 'name', completes: 'clusters' },
    context: { summary: 'a kubeconfig context that was allowed', value: 'context', completes: 'contexts' },
    seed: { summary: 'which variant; a new one if not given', value: 'number', parse: parseSeed },
    labs: labsOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet lab start drain-node', says: 'on the usual cluster' },
    { command: 'ckadet lab start drain-node --seed 7', says: 'the same variant again' },
  ],
  next: [
    { command: 'ckadet shell', says: 'work in the cluster' },
    { command: 'ckadet lab check', says: 'grade what you did' },
    { command: 'ckadet lab hint', says: 'when stuck' },
    { command: 'ckadet lab reset', says: 'give up and clean up' },
  ],
  async run(input, context) {
    const { home, env, out, clock, signal, interrupts } = context;
    const [{ clusterIdOf, endSession, keptTraces, loadSession, saveSession }, { loadLab }, { demandFit, preparePractice, setUp, takeDown }, { renderTask }] =
      await Promise.all([
        import('../../../labs/session.ts'),
        import('../../../labs/library.ts'),
        import('../../../labs/practice.ts'),
        import('../../task-page.ts'),
      ]);
    const running = await loadSession(home);
    if (running)
      throw new AppError({
        code: 'LAB_RUNNING',
        what: `the lab ${running.lab} is going on`,
        next: ['grade it: ckadet lab check', 'end it and clean up: ckadet lab reset'],
        exitCode: EXIT.usage,
      });
    const { root } = await labPlace(input.labs, context);
    const lab = await loadLab(root, input.lab);
    const choice = await clusterFor(input, context);
    const target = await selectTarget(choice, { provider: await context.simulator(home), home, env });
    const seed = input.seed ?? freshSeed() % 10_000;
    const practice = await preparePractice(lab, seed, target);
    await demandFit(practice);
    const base = {
      lab: lab.id,
      root,
      seed,
      variables: { ...practice.variables },
      ...choice,
      clusterId: await clusterIdOf(target.client),
      startedAt: clock.now(),
      hints: 0,
      solutionShown: false,
    };
    await interrupts.protect(async () => {
      let traces: Traces = { made: [], nodes: [] };
      try {
        traces = await setUp(practice, { clock, signal, progress: out.progress }, async (left) => {
          traces = left;
          await saveSession(home, { ...base, ...keptTraces(left), isSetUp: false });
        });
      } catch (error) {
        await takeDown(practice, traces, { clock, signal: new AbortController().signal });
        await endSession(home);
        throw error;
      }
      await saveSession(home, { ...base, ...keptTraces(traces), isSetUp: true });
    });
    const page = await renderTask(practice, out);
    await out.data(
      { lab: lab.id, seed, variables: practice.variables, cluster: target.name, task: page },
      () => `${page}\n\nVariant ${seed} on the cluster ${target.name}. Work in it with ckadet shell, grade with ckadet lab check.`,
    );
  },
});
