// ckadet lab verify: proves labs on a cluster of their own.
import type { ClusterProvider, Work } from '../../../cluster/provider.ts';
import { selectTarget } from '../../../cluster/select.ts';
import type { ClusterTarget } from '../../../cluster/target.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Proof } from '../../../labs/verify.ts';
import { silentProgress } from '../../../platform/progress.ts';
import { freshSeed } from '../../../platform/random.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { wholeNumber } from '../../option-values.ts';

const USUAL_SEEDS = [1, 2];
const CLUSTERS = 6;
const parseSeed = wholeNumber({ min: 0, max: 2 ** 31 });

async function onClusterOfItsOwn(name: string, provider: ClusterProvider, work: Work, use: (target: ClusterTarget) => Promise<void>): Promise<void> {
  await provider.up({ name, workers: 2 }, work);
  try {
    await use(await provider.target(name));
  } finally {
    await provider.down(name, { delete: true }, { ...work, signal: new AbortController().signal });
  }
}

export const command = defineCommand({
  description: 'Proves labs: for each variant the untouched start fails, every solution reaches full marks, every wrong answer fails exactly the checks it names, and reset leaves nothing behind. All labs if none is named, two variants each, on a simulated cluster made for it and removed afterwards.',
  arguments: { lab: { summary: 'the labs to prove', variadic: true } },
  options: {
    seed: { summary: 'one variant only', value: 'number', parse: parseSeed },
    cluster: { summary: 'a simulated cluster that runs', value: 'name', completes: 'clusters' },
    context: { summary: 'a kubeconfig context that was allowed', value: 'context', completes: 'contexts' },
    labs: labsOption,
    json: jsonOption,
  },
  examples: [{ command: 'ckadet lab verify', says: 'all labs' }, { command: 'ckadet lab verify storage/my-lab --labs my-labs', says: 'one of your own' }],
  async run(input, context) {
    const { home, env, out, clock, signal, interrupts } = context;
    const [{ listLabs, loadLab }, { verifyLab }, { demandKubectl }] = await Promise.all([import('../../../labs/library.ts'), import('../../../labs/verify.ts'), import('../../../labs/solve.ts')]);
    await demandKubectl(env);
    const { root, index } = await labPlace(input.labs, context);
    const names = input.lab?.length ? input.lab : (await listLabs(root, index)).map(({ id }) => id);
    const labs = await Promise.all(names.map((name) => loadLab(root, name)));
    const provider = await context.simulator(home);
    const todo = labs.flatMap((lab) => (input.seed === undefined ? USUAL_SEEDS : [input.seed]).map((seed) => ({ lab, seed })));
    const proofs: Proof[] = [];
    const prove = async (target: ClusterTarget): Promise<void> => {
      for (let next = todo.shift(); next; next = todo.shift()) {
        const { lab, seed } = next;
        const title = `${lab.id}, seed ${seed}`;
        proofs.push(await out.progress.step(title, (step) => verifyLab(lab, seed, target, { clock, signal }, env, (script) => step.update(script))));
      }
    };
    await interrupts.protect(async () => {
      if (input.cluster !== undefined || input.context !== undefined) {
        await prove(await selectTarget({ cluster: input.cluster, context: input.context }, { provider, home, env }));
        return;
      }
      // Most of the time is spent waiting for clusters: several at once take hardly longer than one.
      const run = (freshSeed() % 46_656).toString(36);
      const names = Array.from({ length: Math.min(CLUSTERS, todo.length) }, (_, i) => `verify-${run}-${i + 1}`);
      await Promise.all(names.map((name) => onClusterOfItsOwn(name, provider, { progress: silentProgress, signal }, prove)));
    });
    proofs.sort((a, b) => names.indexOf(a.lab) - names.indexOf(b.lab) || a.seed - b.seed);
    const findings = proofs.flatMap((proof) => proof.findings);
    await out.data({ proofs }, () => [
      ...proofs.map(({ lab, seed, variables, cases, findings: own }) => `${own.length ? out.style.bad('✗') : out.style.good('✓')} ${lab} seed ${seed} (${Object.entries(variables).map(([name, value]) => `${name}=${value}`).join(', ')}): ${own.length ? `${own.length} finding${own.length === 1 ? '' : 's'}` : `${cases} cases`}`),
      ...findings.map(({ lab, seed, script, check, says }) => `  ${lab} seed ${seed}, ${script}${check ? `, check ${check}` : ''}: ${says}`),
    ].join('\n'));
    return findings.length ? EXIT.failed : EXIT.ok;
  },
});
