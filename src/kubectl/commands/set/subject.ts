// kubectl set subject. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/set_subject.go
import { jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { defineCommand, type Call } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { SELECTOR } from '../../flags/sets.ts';
import { textField, type Info } from '../../resources/info.ts';
import { dryRunOf } from '../../writes/dry-run.ts';
import { reporter } from '../../writes/report.ts';
import { accountSubject, groupSubject, SUBJECT_FLAGS, userSubject } from '../create/subjects.ts';
import { changeTargets, SET_FLAGS, targetsOf } from './target.ts';

const flags = { ...SET_FLAGS, ...SUBJECT_FLAGS, selector: SELECTOR } as const;

export const command = defineCommand({
  usage: '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Adds users, groups and service accounts to a binding.',
  examples: `# One more user
kubectl set subject rolebinding readers --user=jane

# A service account and a group
kubectl set subject clusterrolebinding admins --serviceaccount=shop:builder --group=ops`,
  flags,
  async run(call, kubectl) {
    const { flags: given } = call;
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'subjects updated', dryRun, { isTyped: true });
    const { name: namespace } = await kubectl.namespace();
    const infos = await targetsOf(kubectl, { args: call.args, files: given, all: given.all, local: given.local, selector: given.selector });
    if (given.local && dryRun === 'server') throw new CommandError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    const wanted = subjectsOf(call, infos, namespace);
    await changeTargets(
      infos,
      { change: (object) => withSubjects(object, wanted), failed: 'failed to patch subjects to rolebinding:' },
      { local: given.local, dryRun, fieldManager: given['field-manager'], report },
    );
  },
});

const inOrder = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

function subjectsOf({ flags: given }: Call<typeof flags>, infos: readonly Info[], namespace: string): readonly JsonObject[] {
  if (given.all && given.selector) throw new CommandError('cannot set --all and --selector at the same time');
  const { user, group, serviceaccount } = given;
  if (!user.length && !group.length && !serviceaccount.length) throw new CommandError('you must specify at least one value of user, group or serviceaccount');
  const isOfCluster = infos.some(({ content }) => textField(content, 'kind') === 'ClusterRoleBinding');
  for (const word of serviceaccount) {
    const [place, name, ...more] = word.split(':');
    if (!name || more.length) throw new CommandError('serviceaccount must be <namespace>:<name>');
    if (isOfCluster && place === '') throw new CommandError('serviceaccount must be <namespace>:<name>, namespace must be specified');
  }
  const accounts = inOrder(serviceaccount).map((word) => {
    const [place = '', name = ''] = word.split(':');
    return accountSubject(place || namespace, name);
  });
  return [...inOrder(user).map(userSubject), ...inOrder(group).map(groupSubject), ...accounts];
}

/** Undefined where all of them are there already. */
function withSubjects(object: JsonObject, wanted: readonly JsonObject[]): JsonObject | undefined {
  if (!['RoleBinding', 'ClusterRoleBinding'].includes(textField(object, 'kind')))
    throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
  const present = Array.isArray(object['subjects']) ? (object['subjects'] as readonly JsonValue[]) : [];
  const added = wanted.filter((each) => !present.some((other) => jsonEqual(each, other)));
  return added.length ? { ...object, subjects: [...present, ...added] } : undefined;
}
