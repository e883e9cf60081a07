// ckadet cluster drill: breaks a highly available cluster on purpose and measures what its users notice.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { nearestName } from '../../../errors/nearest-name.ts';
import type { ClusterOfHosts } from '../../../provision/load.ts';
import type { DrillRow } from '../../../provision/runs/drill.ts';
import { confirmed, explainOption, withSite, yesOption } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { fileOption, nameArgument, withHosts } from '../../which-cluster.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const command = defineCommand({
  description:
    'Breaks one thing after the other on the host that matters most (HAProxy, keepalived, an API server, the leader of etcd, a whole host), asks the API through the virtual address again and again meanwhile, and prints how long it was away. Every fault is mended before the next. Only for clusters that may be disturbed.',
  arguments: { name: nameArgument },
  options: {
    file: fileOption,
    faults: { summary: 'only these: haproxy, keepalived, apiserver, etcd, host', value: 'names' },
    explain: explainOption,
    yes: yesOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet cluster drill', says: 'every fault' },
    { command: 'ckadet cluster drill --faults haproxy,host', says: 'these two' },
  ],
  async run({ name, file, faults: wanted, explain, yes }, context) {
    const { out, home, clock, signal } = context;
    let broke = false;
    const left = (): string | undefined =>
      broke ? 'stopped: what was broken is mended, or comes back by itself. See whether all is well: ckadet cluster status' : undefined;
    const work = async (loaded: ClusterOfHosts): Promise<void> => {
      const { demandHighlyAvailable, drill } = await import('../../../provision/runs/drill.ts');
      demandHighlyAvailable(loaded.spec);
      const { FAULTS } = await import('../../../provision/drill/faults.ts');
      const names = wanted?.split(',').map((word) => word.trim());
      const unknown = names?.find((word) => FAULTS.every((fault) => fault.name !== word));
      if (unknown !== undefined)
        throw new AppError({
          code: 'NO_SUCH_FAULT',
          what: `there is no fault ${JSON.stringify(unknown)}`,
          why: `there are ${FAULTS.map((fault) => fault.name).join(', ')}`,
          next: [
            nearFault(
              unknown,
              FAULTS.map((fault) => fault.name),
            ),
          ],
          exitCode: EXIT.usage,
        });
      const faults = FAULTS.filter((fault) => !names || names.includes(fault.name));
      await confirmed(`Break the cluster ${loaded.spec.name} on purpose, and mend it again?`, yes, context, false);
      const rows = await withSite(
        loaded,
        context,
        (site) => drill(site, { home, clock, signal, progress: out.progress, faults, explain, onBreak: () => void (broke = true) }),
        undefined,
        { putsBack: true },
      );
      await out.data(rows, () => out.table(['FAULT', 'HOST', 'API AWAY', 'FAILED', 'MENDING', 'ADDRESS AFTER', 'ALL WELL'], rows.map(rowOf)));
    };
    await withHosts({ name, file }, context, work, left);
  },
});

function nearFault(word: string, known: readonly string[]): string {
  const near = nearestName(word, known);
  return near ? `did you mean --faults ${near}?` : 'leave --faults out for all of them';
}

const away = ({ lastFailureMs, failed }: DrillRow['outage']): string => (failed === 0 || lastFailureMs === null ? '0 s' : seconds(lastFailureMs));

const rowOf = ({ fault, host, outage, mending, holderAfter, recoveredMs }: DrillRow): readonly string[] => [
  fault,
  host,
  away(outage),
  `${outage.failed} of ${outage.failed + outage.answered}`,
  mending ? away(mending) : '-',
  holderAfter,
  seconds(recoveredMs),
];
