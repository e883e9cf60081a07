// ckadet cluster creds: what a program needs to ask the API without kubectl.
import type { AnyCluster } from '../../../provision/load.ts';
import type { Credentials } from '../../../provision/runs/credentials.ts';
import { controlPlanesOf, withSite } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { fileOption, nameArgument, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Prints where the API is, the file of the authority to trust, and a token of one hour, with a curl command that works as it stands and checks the certificate. The token belongs to the ServiceAccount ckadet-reader in kube-system, which is made when it is missing and may read what lies in namespaces, but no Secrets and no roles, and nothing of the cluster itself such as nodes and volumes (ClusterRole view). Since Kubernetes 1.24 no token lies in a Secret by itself: it is asked for.',
  arguments: { name: nameArgument },
  options: { file: fileOption, json: jsonOption },
  examples: [
    { command: 'ckadet cluster creds', says: 'and try the curl command' },
    { command: 'ckadet cluster creds --json | jq -r .headerFile', says: 'in a script: curl --header @FILE keeps the token out of the list of processes' },
  ],
  run: (input, context) =>
    withCluster(input, context, async (cluster) => {
      const { out } = context;
      const found = await obtained(cluster, context);
      await out.data(found, () =>
        [
          `${out.style.heading('Server')}      ${found.server}`,
          `${out.style.heading('CA')}          ${found.caFile}`,
          `${out.style.heading('Token')}       ${found.token}`,
          `${out.style.heading('Valid until')} ${found.expiresAt}`,
          `${out.style.heading('Header')}      ${found.headerFile}`,
          '',
          found.curl,
        ].join('\n'),
      );
    }),
});

async function obtained(cluster: AnyCluster, context: CommandContext): Promise<Credentials> {
  if (cluster.kind === 'local') return (await import('../../local-cluster.ts')).localCredentialsOf(cluster.local, context);
  const { loaded } = cluster;
  const { credentials } = await import('../../../provision/runs/credentials.ts');
  return withSite(loaded, context, (site) => credentials(site, context.home, context.signal), controlPlanesOf(loaded));
}
