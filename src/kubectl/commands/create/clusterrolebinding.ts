// kubectl create clusterrolebinding. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_clusterrolebinding.go
import { defineCommand } from '../../command.ts';
import { string } from '../../flags/flag.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';
import { RBAC, SUBJECT_FLAGS, subjectsOf } from './subjects.ts';

export const command = defineCommand({
  usage: 'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Binds a cluster role to users, groups and service accounts in the whole cluster.',
  examples: `# Two users and a group may everything
kubectl create clusterrolebinding admins --clusterrole=cluster-admin --user=jane --user=joe --group=ops`,
  flags: { ...GENERATOR_FLAGS, ...SUBJECT_FLAGS, clusterrole: string('Cluster role that is bound.') },
  required: ['clusterrole'],
  async run(call, kubectl) {
    const generation = await Generation.of(call, kubectl);
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: call.flags.clusterrole };
    await generation.make(
      builtIn(RBAC, 'v1', 'clusterrolebindings', false),
      { kind: 'ClusterRoleBinding', apiVersion: `${RBAC}/v1`, metadata: { name: generation.name }, ...subjectsOf(call.flags), roleRef },
      'failed to create clusterrolebinding:',
    );
  },
});
