// ckadet lab start: sets the scene of a lab on a cluster and shows the task.
import { selectTarget } from '../../../cluster/select.ts';
import type { ClusterTarget } from '../../../cluster/target.ts';
import type { Traces } from '../../../labs/practice.ts';
import { identify } from '../../../platform/process-identity.ts';
import { freshSeed } from '../../../platform/random.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { isProvisioned, knownClusters } from '../../known-clusters.ts';
import { kubectlMissing } from '../../kubectl-aim.ts';
import { clusterForLab, clustersElsewhere } from '../../lab-cluster.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { wholeNumber } from '../../option-values.ts';
import { wrap } from '../../output/wrap.ts';
import { named } from '../../running-lab.ts';

const parseSeed = wholeNumber({ min: 0, max: 2 ** 31 });

const wayIn = ({ origin, name, context }: ClusterTarget): string =>
  origin === 'external' ? `Work in it with kubectl --context ${context}` : `Work in it with ${named('ckadet shell', name)}`;

const aimedAt = ({ cluster, context }: { readonly cluster?: string; readonly context?: string }): string =>
  context !== undefined ? ` --context ${context}` : cluster !== undefined ? ` --cluster ${cluster}` : '';

export const command = defineCommand({
  description:
    'Begins a lab: picks its names and nodes by the seed, sets the scene on the cluster and shows the task. Only one lab goes on at a time.\n\nWithout --cluster it takes the cluster in use when that has what the lab needs, else another one that has it, else it makes a simulated one; ckadet up NAME makes one more. A real cluster that ckadet made is taken only when it is named, or when you say yes. A cluster that ckadet did not make is used only after ckadet allow.',
  arguments: { lab: { summary: 'the lab, such as drain-node', required: true, completes: 'labs' } },
  options: {
    cluster: { summary: 'simulated, or made by ckadet cluster; if not given, one that has what the lab needs', value: 'name', completes: 'clusters' },
    context: { summary: 'a kubeconfig context that was allowed', value: 'context', completes: 'contexts' },
    seed: { summary: 'which variant; a new one if not given', value: 'number', parse: parseSeed },
    labs: labsOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet lab start drain-node', says: 'on the cluster in use' },
    { command: 'ckadet lab start drain-node --cluster ha', says: 'on the cluster ha that ckadet cluster made' },
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
    const [
      { beginSession, clusterIdOf, demandNoLab, demandNoTour, endSession, finished, keptTraces, newSession, saveSession, sessionPlace },
      { loadLab },
      { demandFit, preparePractice, setUp, takeDown },
      { lackingImages, setUpFailure },
      { renderTask },
    ] = await Promise.all([
      import('../../../labs/session.ts'),
      import('../../../labs/library.ts'),
      import('../../../labs/practice.ts'),
      import('../../../labs/set-up-failure.ts'),
      import('../../task-page.ts'),
    ]);
    const place = sessionPlace(context);
    demandNoTour(place, 'no other lab can begin here');
    await demandNoLab(place);
    const { root } = await labPlace(input.labs, context);
    const lab = await loadLab(root, input.lab);
    const choice = await clusterForLab(lab, input, context);
    const clusters = await knownClusters(context);
    // A real cluster may keep one waiting, or not answer at all.
    const opened = (): Promise<ClusterTarget> => selectTarget(choice, { clusters, home, env });
    const isReal = choice.cluster === undefined || (await isProvisioned(choice.cluster, context));
    const target = isReal ? await out.progress.step(`Asking the cluster ${choice.cluster ?? choice.context}`, opened) : await opened();
    const seed = input.seed ?? freshSeed() % 10_000;
    const elsewhere = (): ReturnType<typeof clustersElsewhere> => clustersElsewhere(lab, choice, context);
    const practice = await preparePractice(lab, seed, target, elsewhere);
    await demandFit(practice, elsewhere);
    const setUpBy = (await identify(process.pid)) ?? { pid: process.pid };
    const base = newSession(practice, { root, seed, ...choice, clusterId: await clusterIdOf(target.client), startedAt: clock.now(), setUpBy });
    const toPull = await lackingImages(practice);
    if (toPull) out.progress.note(`Not on the nodes yet: ${toPull}. They are pulled when they are needed, which fails where no registry is in reach.`);
    await interrupts.protect(async () => {
      let traces: Traces = { made: [], nodes: [] };
      await beginSession(place, base, clock);
      try {
        traces = await setUp(practice, { clock, signal, progress: out.progress }, async (left) => {
          traces = left;
          await saveSession(place, { ...base, ...keptTraces(left) });
        });
      } catch (error) {
        await takeDown(practice, traces, { clock, signal: new AbortController().signal });
        await endSession(place);
        throw await setUpFailure(error, practice, `ckadet lab start ${input.lab} --seed ${seed}${aimedAt(choice)}`);
      }
      await saveSession(place, finished(base, traces));
    });
    const page = await renderTask(practice, out);
    await out.data(
      { lab: lab.id, seed, variables: practice.variables, cluster: target.name, task: page },
      () => `${page}\n\n${wrap(`Variant ${seed} on the cluster ${target.name}. ${wayIn(target)}, grade with ckadet lab check.`, out.width)}`,
    );
    const missing = await kubectlMissing(env);
    if (missing) out.warn(missing);
  },
});
