// ckadet lab verify: proves labs on a cluster of their own.
import type { ClusterProvider, Work } from '../../../cluster/provider.ts';
import { selectTarget } from '../../../cluster/select.ts';
import type { ClusterTarget } from '../../../cluster/target.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Proof } from '../../../labs/verify.ts';
import { silentProgress } from '../../../platform/progress.ts';
import { freshSeed } from '../../../platform/random.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { knownClusters } from '../../known-clusters.ts';
import { withKubectl } from '../../own-kubectl.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { wholeNumber } from '../../option-values.ts';

const USUAL_VARIANTS = 2;
const USUAL_WORKERS = 2;
const CLUSTERS = 6;
const parseSeed = wholeNumber({ min: 0, max: 2 ** 31 });

async function onClusterOfItsOwn(
  { name, workers }: { readonly name: string; readonly workers: number },
  provider: ClusterProvider,
  work: Work,
  use: (target: ClusterTarget) => Promise<void>,
): Promise<void> {
  await provider.up({ name, workers }, work);
  try {
    await use(await provider.target(name));
  } finally {
    await provider.down(name, { delete: true }, { ...work, signal: new AbortController().signal });
  }
}

export const command = defineCommand({
  description:
    'Proves labs: for each variant the untouched start fails, every solution reaches full marks, every wrong answer fails exactly the checks it names, and reset leaves nothing behind. All labs if none is named, two variants each, on a simulated cluster made for it and removed afterwards.',
  arguments: { lab: { summary: 'the labs to prove', variadic: true } },
  options: {
    seed: { summary: 'one variant only', value: 'number', parse: parseSeed },
    cluster: { summary: 'a cluster that runs, simulated or made by ckadet cluster', value: 'name', completes: 'clusters' },
    context: { summary: 'a kubeconfig context that was allowed', value: 'context', completes: 'contexts' },
    'own-kubectl': { summary: 'solve with the kubectl that comes with ckadet, as it is where there is no other' },
    labs: labsOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet lab verify', says: 'all labs' },
    { command: 'ckadet lab verify storage/my-lab --labs my-labs', says: 'one of your own' },
  ],
  async run(input, context) {
    const { home, env, out, clock, signal, interrupts } = context;
    const [{ listLabs, loadLab }, { verifyLab }, { variantSeeds }] = await Promise.all([
      import('../../../labs/library.ts'),
      import('../../../labs/verify.ts'),
      import('../../../labs/variables.ts'),
    ]);
    const solving = await withKubectl(context, input['own-kubectl'] === true);
    const { root, index } = await labPlace(input.labs, context);
    const names = input.lab?.length ? input.lab : (await listLabs(root, index)).map(({ id }) => id);
    const labs = await Promise.all(names.map((name) => loadLab(root, name)));
    const provider = await context.simulator(home);
    const workers = Math.max(USUAL_WORKERS, ...labs.map(({ file }) => Number(file.needs?.['workers'] ?? 0)));
    const todo = labs.flatMap((lab) =>
      (input.seed === undefined ? variantSeeds(lab.file.variables ?? {}, USUAL_VARIANTS, workers) : [input.seed]).map((seed) => ({ lab, seed })),
    );
    const count = todo.length;
    const proofs: Proof[] = [];
    await interrupts.protect(() =>
      out.progress.step(`Proving ${count} variant${count === 1 ? '' : 's'} of ${labs.length} lab${labs.length === 1 ? '' : 's'}`, async (step) => {
        const prove = async (target: ClusterTarget): Promise<void> => {
          for (let next = todo.shift(); next; next = todo.shift()) {
            const { lab, seed } = next;
            try {
              proofs.push(
                await verifyLab(lab, seed, target, { clock, signal }, solving, (script) =>
                  step.update(`${proofs.length} done; ${lab.id}, seed ${seed}: ${script}`),
                ),
              );
            } catch (error) {
              todo.length = 0; // the other clusters need not go on
              throw error;
            }
          }
        };
        if (input.cluster !== undefined || input.context !== undefined) {
          await prove(await selectTarget({ cluster: input.cluster, context: input.context }, { clusters: await knownClusters(context), home, env }));
          return;
        }
        // Most of the time is spent waiting for clusters: several at once take hardly longer than one.
        const run = (freshSeed() % 46_656).toString(36);
        const clusters = Array.from({ length: Math.min(CLUSTERS, count) }, (_, i) => ({ name: `verify-${run}-${i + 1}`, workers }));
        const outcomes = await Promise.allSettled(clusters.map((cluster) => onClusterOfItsOwn(cluster, provider, { progress: silentProgress, signal }, prove)));
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      }),
    );
    const order = labs.map(({ id }) => id);
    proofs.sort((a, b) => order.indexOf(a.lab) - order.indexOf(b.lab) || a.seed - b.seed);
    const findings = proofs.flatMap((proof) => proof.findings);
    await out.data({ proofs }, () =>
      [
        ...proofs.map(
          ({ lab, seed, variables, cases, findings: own }) =>
            `${own.length ? out.style.bad('✗') : out.style.good('✓')} ${lab} seed ${seed} (${Object.entries(variables)
              .map(([name, value]) => `${name}=${value}`)
              .join(', ')}): ${own.length ? `${own.length} finding${own.length === 1 ? '' : 's'}` : `${cases} cases`}`,
        ),
        ...findings.map(({ lab, seed, script, check, says }) => `  ${lab} seed ${seed}, ${script}${check ? `, check ${check}` : ''}: ${says}`),
      ].join('\n'),
    );
    return findings.length ? EXIT.failed : EXIT.ok;
  },
});
