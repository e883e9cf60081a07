// ckadet tour: the first lab from nothing to a grade. On a terminal it guides; without one it plays the lab itself.
import type { ClusterProvider } from '../../cluster/provider.ts';
import type { ClusterTarget } from '../../cluster/target.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Grade } from '../../labs/grade.ts';
import type { Practice, Traces } from '../../labs/practice.ts';
import type { playScript as PlayScript } from '../../labs/solve.ts';
import { defineCommand } from '../command.ts';
import { withKubectl } from '../own-kubectl.ts';
import type { CommandContext } from '../context.ts';
import { gradeText, labPlace } from '../lab-place.ts';

const FIRST_LAB = 'cluster-architecture/drain-node';
const WORK = 'tour';
const SEED = 1;

export const command = defineCommand({
  description:
    'Takes you through the first lab in a few minutes: a cluster starts, the task is shown, you solve it with kubectl, it is graded, and the cluster is removed again.\n\nWithout a terminal (in a pipe, in CI) it plays the lab itself and prints each step and the score.',
  examples: [
    { command: 'ckadet tour', says: 'on a terminal, guided' },
    { command: 'ckadet tour </dev/null', says: 'watch it play by itself' },
  ],
  next: [
    { command: 'ckadet lab list', says: 'all labs' },
    { command: 'ckadet up', says: 'a simulated cluster that stays' },
  ],
  async run(_input, context) {
    if (context.stdinIsTerminal && context.out.isTerminal) return guide(context);
    return play({ ...context, env: await withKubectl(context) });
  },
});

/** Makes a cluster for `use` and removes just that one afterwards, also when something fails; a tour that was killed before has left none either. */
async function onClusterOfItsOwn(context: CommandContext, use: (target: ClusterTarget, server: string) => Promise<void>): Promise<void> {
  const { home, out, signal, interrupts } = context;
  const provider = await context.simulator(home);
  await interrupts.protect(async () => {
    await provider.removeLeftovers(WORK, { progress: out.progress, signal });
    const { name, server } = await provider.up({ name: await freeName(provider), workers: 2, temporaryFor: WORK }, { progress: out.progress, signal });
    try {
      await use(await provider.target(name), server);
    } finally {
      await provider.down(name, { delete: true }, { progress: out.progress, signal: new AbortController().signal });
    }
  });
}

/** `tour`, or with a number where something else has that name. */
async function freeName(provider: ClusterProvider): Promise<string> {
  const taken = await provider.list();
  for (let i = 1; ; i++) {
    const name = i === 1 ? WORK : `${WORK}-${i}`;
    if (!taken.includes(name)) return name;
  }
}

/** Without a person: everything on a cluster of its own that is gone afterwards, also when something fails. */
async function play(context: CommandContext): Promise<number> {
  const { out, signal, clock } = context;
  const [{ loadLab, labScripts }, { gradePractice, preparePractice, setUp, demandFit }, { playScript, scriptText }, { renderTask }] = await Promise.all([
    import('../../labs/library.ts'),
    import('../../labs/practice.ts'),
    import('../../labs/solve.ts'),
    import('../task-page.ts'),
  ]);
  const lab = await loadLab((await labPlace(undefined, context)).root, FIRST_LAB);
  const [solution = ''] = await labScripts(lab, 'solutions');
  let grade: Grade | undefined;
  await onClusterOfItsOwn(context, async (target, server) => {
    out.print(`A Kubernetes cluster with two workers runs at ${server}, simulated on this machine.\n`);
    const practice = await preparePractice(lab, SEED, target);
    await demandFit(practice);
    const means = { clock, signal, progress: out.progress };
    const traces = await setUp(practice, means, async () => {});
    out.print(`${await renderTask(practice, out)}\n`);
    grade = await gradePractice(practice, traces, means);
    out.print(`Before anything is done:\n\n${gradeText(grade, out)}\n`);
    await playSolution(practice, await scriptText(practice, `solutions/${solution}`), playScript, context);
    grade = await gradePractice(practice, traces, means);
    out.print(`\nGraded again:\n\n${gradeText(grade, out)}\n`);
  });
  const full = grade !== undefined && grade.points === grade.total;
  out.print(full ? 'That is a lab. Solve one yourself: run ckadet tour on a terminal, or ckadet lab list.' : 'The lab was not solved.');
  return full ? EXIT.ok : EXIT.failed;
}

type Play = typeof PlayScript;

/** The whole script in one shell that says each command before it runs it. */
async function playSolution(practice: Practice, script: string, playScript: Play, { out, env }: CommandContext): Promise<void> {
  out.print('The model solution, as one would type it:\n');
  const { stdout, stderr, exitCode } = await playScript(practice, `exec 2>&1\nPS4='$ '\nset -x\n${script}`, env);
  // bash repeats the first character of the prompt for every script that is read by another.
  out.printRaw([stdout, stderr].filter(Boolean).join('\n').replace(/^\$+ /gm, '$ '));
  if (exitCode !== 0) out.print(`(ended with exit code ${exitCode})`);
}

/** With a person: their own shell, graded as often as they like. */
async function guide(context: CommandContext): Promise<number> {
  const { home, out, signal, interrupts, clock, questions, self } = context;
  const [{ loadLab }, { gradePractice, preparePractice, setUp, demandFit }, { clusterIdOf, finished, newSession, saveSession, TOUR_VARIABLE }] =
    await Promise.all([import('../../labs/library.ts'), import('../../labs/practice.ts'), import('../../labs/session.ts')]);
  const [{ renderTask }, { openShell }] = await Promise.all([import('../task-page.ts'), import('../open-shell.ts')]);
  const { root } = await labPlace(undefined, context);
  const lab = await loadLab(root, FIRST_LAB);
  out.print(
    `${out.style.heading('Welcome to ckadet.')}\n\nThis tour starts a Kubernetes cluster on your machine, gives you one exam task, and grades what you do. It takes a few minutes; Ctrl-C leaves at any time, and nothing stays behind.\n`,
  );
  if (!(await questions.confirm('Begin?', true))) return EXIT.ok;
  let grade: Grade | undefined;
  await onClusterOfItsOwn(context, async (target) => {
    const practice = await preparePractice(lab, SEED, target);
    await demandFit(practice);
    const means = { clock, signal, progress: out.progress };
    const traces: Traces = await setUp(practice, means, async () => {});
    // In its shell the lab commands find the lab of the tour, and leave one that goes on elsewhere alone.
    const begun = { root, seed: SEED, cluster: target.name, clusterId: await clusterIdOf(target.client), startedAt: clock.now() };
    await saveSession({ home, tour: target.name }, finished(newSession(practice, begun), traces));
    const env = { ...context.env, [TOUR_VARIABLE]: target.name };
    for (;;) {
      out.print(`\n${await renderTask(practice, out)}\n`);
      out.print(
        'A shell opens in which kubectl (or k) reaches the cluster. ckadet lab show shows the task again, ckadet lab hint helps. Leave the shell with exit when you think you are done: then you are graded.\n',
      );
      await openShell({ cluster: target.name, kubeconfig: target.kubeconfig }, { home, env, self, interrupts, stdinIsTerminal: true });
      signal.throwIfAborted();
      grade = await gradePractice(practice, traces, means);
      out.print(`\n${gradeText(grade, out)}\n`);
      if (grade.points === grade.total || !(await questions.confirm('Back to the shell?', true))) break;
    }
  });
  const full = grade !== undefined && grade.points === grade.total;
  out.print(
    full
      ? `${out.style.good('Full marks.')} Next: ckadet lab list shows the others, ckadet up starts a cluster that stays.`
      : 'You can come back any time: ckadet tour, or ckadet lab start drain-node with hints and a solution.',
  );
  return EXIT.ok;
}
