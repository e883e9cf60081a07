// ckadet cluster validate: is the cluster file right; and, where asked for, are its hosts.
import { capabilitiesOf } from '../../../provision/capabilities.ts';
import { dirname, resolve } from 'node:path';
import { hostPort } from '../../../provision/cluster-file/cluster-spec.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import type { LoadedCluster } from '../../../provision/load.ts';
import type { Finding } from '../../../provision/preflight/check.ts';
import { withSite } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { wrap } from '../../output/wrap.ts';
import { fileOption, nameArgument, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Reads the cluster file and everything that it names, and tells each mistake by line. With --hosts it also asks every host whether it is ready, and shows each check on each host: green, yellow, or red with what to do about it. Nothing is changed. `create` makes the same checks before it changes anything.',
  arguments: { name: nameArgument },
  options: {
    file: fileOption,
    hosts: { summary: 'check the hosts too; exit code 4 when one is not ready' },
    schema: { summary: 'print the JSON Schema of a cluster file, for editors; no file is read' },
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet cluster validate -f cluster.yaml', says: 'check the file' },
    { command: 'ckadet cluster validate --hosts', says: 'and the hosts' },
    { command: 'ckadet cluster validate --schema > cluster.schema.json', says: 'for editors that complete and check YAML' },
  ],
  next: [{ command: 'ckadet cluster plan', says: 'see every command it leads to' }],
  async run({ name, file, hosts, schema }, context) {
    const { out } = context;
    if (schema) {
      const { clusterFileJsonSchema } = await import('../../../provision/providers/json-schema.ts');
      const document = clusterFileJsonSchema();
      await out.data(document, () => JSON.stringify(document, null, 2));
      return EXIT.ok;
    }
    return withCluster({ name, file }, context, async (cluster, repeat) => {
      if (cluster.kind === 'local') {
        const { validateLocal } = await import('../../local-cluster.ts');
        return validateLocal(cluster.local, hosts, context);
      }
      const { withPackages } = await import('../../../provision/load.ts');
      const loaded = await withPackages(cluster.loaded);
      const { spec } = loaded;
      for (const flaw of await missingIdentities(loaded)) out.warn(flaw);
      const found = hosts ? await checkHosts(loaded, context) : undefined;
      const findings = found?.map((finding) => ({ ...finding, ...(finding.fix === undefined ? {} : { fix: repeat(finding.fix) }) }));
      const summary = {
        cluster: spec.name,
        version: spec.version.full,
        topology: spec.file.topology,
        hosts: spec.hosts.length,
        endpoint: hostPort(spec.endpoint.address, spec.endpoint.port),
        capabilities: capabilitiesOf(spec),
        ...(findings ? { preflight: findings } : {}),
      };
      await out.data(summary, async () => {
        const right = `${out.style.good('The cluster file is right')}: ${summary.cluster}, Kubernetes ${summary.version}, ${summary.topology}, ${summary.hosts} host${summary.hosts === 1 ? '' : 's'}, endpoint ${summary.endpoint}`;
        if (!findings) return wrap(right, out.width);
        const { preflightTable } = await import('../../preflight-table.ts');
        return `${wrap(right, out.width)}\n\n${await preflightTable(findings, out)}`;
      });
      return findings?.some(({ colour }) => colour === 'red') ? EXIT.missingPrerequisite : EXIT.ok;
    });
  },
});

/** Keys may lie on another machine: that is worth a word, and no mistake of the file. */
async function missingIdentities({ spec, path }: LoadedCluster): Promise<readonly string[]> {
  const { identityFlaw } = await import('../../../provision/init/look.ts');
  const named = new Set(spec.hosts.flatMap(({ identity }) => (identity === undefined || /[%$]/.test(identity) ? [] : [identity])));
  const flaws = [...named].map((identity) => identityFlaw(identity.startsWith('~') ? identity : resolve(dirname(path), identity)));
  return (await Promise.all(flaws)).flatMap((flaw) => flaw ?? []);
}

async function checkHosts(loaded: LoadedCluster, context: CommandContext): Promise<readonly Finding[]> {
  const { preflight } = await import('../../../provision/preflight/preflight.ts');
  return withSite(loaded, context, (site) => context.out.progress.step('Check the hosts', async () => (await preflight(site, context.signal)).findings));
}
