// ckadet lab verify: proves labs on a cluster of their own.
import { selectTarget } from '../../../cluster/select.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { Proof } from '../../../labs/verify.ts';
import { freshSeed } from '../../../platform/random.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { labPlace, labsOption } from '../../lab-place.ts';
import { wholeNumber } from '../../option-values.ts';

const USUAL_SEEDS = [1, 2];
const parseSeed = wholeNumber({ min: 0, max: 2 ** 31 });

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
    const own = input.cluster === undefined && input.context === undefined ? `verify-${(freshSeed() % 46_656).toString(36)}` : undefined;
    const work = { progress: out.progress, signal };
    const proofs: Proof[] = [];
    await interrupts.protect(async () => {
      if (own) await provider.up({ name: own, workers: 2 }, work);
      try {
        const target = await selectTarget(own ? { cluster: own } : { cluster: input.cluster, context: input.context }, { provider, home, env });
        for (const lab of labs) for (const seed of input.seed === undefined ? USUAL_SEEDS : [input.seed]) {
          proofs.push(await out.progress.step(`${lab.id}, seed ${seed}`, (step) => verifyLab(lab, seed, target, { clock, signal }, env, (script) => step.update(script))));
        }
      } finally {
        if (own) await provider.down(own, { delete: true }, { ...work, signal: new AbortController().signal });
      }
    });
    const findings = proofs.flatMap((proof) => proof.findings);
    await out.data({ proofs }, () => [
      ...proofs.map(({ lab, seed, variables, cases, findings: own }) => `${own.length ? out.style.bad('✗') : out.style.good('✓')} ${lab} seed ${seed} (${Object.entries(variables).map(([name, value]) => `${name}=${value}`).join(', ')}): ${own.length ? `${own.length} finding${own.length === 1 ? '' : 's'}` : `${cases} cases`}`),
      ...findings.map(({ lab, seed, script, check, says }) => `  ${lab} seed ${seed}, ${script}${check ? `, check ${check}` : ''}: ${says}`),
    ].join('\n'));
    return findings.length ? EXIT.failed : EXIT.ok;
  },
});
