// kubectl create rolebinding. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_rolebinding.go
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string } from '../../flags/flag.ts';
import { builtIn, Generation, GENERATOR_FLAGS, requireName } from './generated.ts';
import { RBAC, SUBJECT_FLAGS, subjectsOf } from './subjects.ts';

export const command = defineCommand({
  usage:
    'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Binds a role or a cluster role to users, groups and service accounts in a namespace.',
  examples: `# A user may what the role allows
kubectl create rolebinding readers --role=pod-reader --user=jane

# A service account may administer the namespace
kubectl create rolebinding admin --clusterrole=admin --serviceaccount=shop:builder`,
  flags: {
    ...GENERATOR_FLAGS,
    ...SUBJECT_FLAGS,
    clusterrole: string('Cluster role that is bound.'),
    role: string('Role that is bound.'),
  },
  async run(call, kubectl) {
    const { clusterrole, role } = call.flags;
    const generation = await Generation.of(call, kubectl);
    requireName(generation);
    if ((clusterrole === '') === (role === '')) throw new CommandError('exactly one of clusterrole or role must be specified');
    const roleRef = { apiGroup: RBAC, kind: role ? 'Role' : 'ClusterRole', name: role || clusterrole };
    await generation.make(
      builtIn(RBAC, 'v1', 'rolebindings'),
      { kind: 'RoleBinding', apiVersion: `${RBAC}/v1`, metadata: generation.metadata(), ...subjectsOf(call.flags), roleRef },
      'failed to create rolebinding:',
    );
  },
});
