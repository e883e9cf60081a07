// ckadet tour: the first lab from nothing to a grade. On a terminal it guides; without one it plays the lab itself.
import type { ClusterProvider } from '../../cluster/provider.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Grade } from '../../labs/grade.ts';
import type { Practice, Traces } from '../../labs/practice.ts';
import type { playScript as PlayScript } from '../../labs/solve.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { gradeText, labPlace } from '../lab-place.ts';

const FIRST_LAB = 'cluster-architecture/drain-node';
const CLUSTER = 'tour';
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
    { command: 'ckadet up', says: 'a cluster of your own' },
  ],
  async run(_input, context) {
    const { demandKubectl } = await import('../../labs/solve.ts');
    await demandKubectl(context.env);
    return context.stdinIsTerminal && context.out.isTerminal ? guide(context) : play(context);
  },
});

/** Without a person: everything on a cluster of its own that is gone afterwards, also when something fails. */
async function play(context: CommandContext): Promise<number> {
  const { home, out, signal, interrupts, clock } = context;
  const [{ loadLab, labScripts }, { gradePractice, preparePractice, setUp, demandFit }, { playScript, scriptText }, { renderTask }] = await Promise.all([
    import('../../labs/library.ts'),
    import('../../labs/practice.ts'),
    import('../../labs/solve.ts'),
    import('../task-page.ts'),
  ]);
  const provider = await context.simulator(home);
  const lab = await loadLab((await labPlace(undefined, context)).root, FIRST_LAB);
  const [solution = ''] = await labScripts(lab, 'solutions');
  let grade: Grade | undefined;
  await interrupts.protect(async () => {
    try {
      const { server } = await provider.up({ name: CLUSTER, workers: 2 }, { progress: out.progress, signal });
      out.print(`A Kubernetes cluster with two workers runs at ${server}, simulated on this machine.\n`);
      const practice = await preparePractice(lab, SEED, await provider.target(CLUSTER));
      await demandFit(practice);
      const means = { clock, signal, progress: out.progress };
      const traces = await setUp(practice, means, async () => {});
      out.print(`${await renderTask(practice, out)}\n`);
      grade = await gradePractice(practice, traces, means);
      out.print(`Before anything is done:\n\n${gradeText(grade, out)}\n`);
      await playSolution(practice, await scriptText(practice, `solutions/${solution}`), playScript, context);
      grade = await gradePractice(practice, traces, means);
      out.print(`\nGraded again:\n\n${gradeText(grade, out)}\n`);
    } finally {
      await removeCluster(provider, context);
    }
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
  out.print([stdout, stderr].filter(Boolean).join('\n').replace(/^\$+ /gm, '$ '));
  if (exitCode !== 0) out.print(`(ended with exit code ${exitCode})`);
}

async function removeCluster(provider: ClusterProvider, { out }: CommandContext): Promise<void> {
  if ((await provider.list()).includes(CLUSTER))
    await provider.down(CLUSTER, { delete: true }, { progress: out.progress, signal: new AbortController().signal });
}

/** With a person: their own shell, graded as often as they like. */
async function guide(context: CommandContext): Promise<number> {
  const { home, out, signal, interrupts, clock, questions, self, env } = context;
  const [{ loadLab }, { gradePractice, preparePractice, setUp, demandFit }, { renderTask }, { openShell }] = await Promise.all([
    import('../../labs/library.ts'),
    import('../../labs/practice.ts'),
    import('../task-page.ts'),
    import('../open-shell.ts'),
  ]);
  const provider = await context.simulator(home);
  const lab = await loadLab((await labPlace(undefined, context)).root, FIRST_LAB);
  out.print(
    `${out.style.heading('Welcome to ckadet.')}\n\nThis tour starts a Kubernetes cluster on your machine, gives you one exam task, and grades what you do. It takes a few minutes; Ctrl-C leaves at any time, and nothing stays behind.\n`,
  );
  if (!(await questions.confirm('Begin?', true))) return EXIT.ok;
  let grade: Grade | undefined;
  await interrupts.protect(async () => {
    try {
      await provider.up({ name: CLUSTER, workers: 2 }, { progress: out.progress, signal });
      const target = await provider.target(CLUSTER);
      const practice = await preparePractice(lab, SEED, target);
      await demandFit(practice);
      const means = { clock, signal, progress: out.progress };
      const traces: Traces = await setUp(practice, means, async () => {});
      for (;;) {
        out.print(`\n${await renderTask(practice, out)}\n`);
        out.print('A shell opens in which kubectl (or k) reaches the cluster. Leave it with exit when you think you are done.\n');
        await openShell({ cluster: CLUSTER, kubeconfig: target.kubeconfig }, { home, env, self, interrupts, stdinIsTerminal: true });
        grade = await gradePractice(practice, traces, means);
        out.print(`\n${gradeText(grade, out)}\n`);
        if (grade.points === grade.total || !(await questions.confirm('Back to the shell?', true))) break;
      }
    } finally {
      await removeCluster(provider, context);
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
