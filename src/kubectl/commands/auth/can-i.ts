// kubectl auth can-i: whether something is allowed, or all that is. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/auth/cani.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { ApiResource } from '../../client/discovery.ts';
import { defineCommand, type Call } from '../../command.ts';
import { CommandError, UnreachableError } from '../../failures.ts';
import { bool, string } from '../../flags/flag.ts';
import type { Kubectl } from '../../kubectl.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { compactRules, combinedResource, type Rule } from './rules.ts';

const RESOURCE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'impersonate',
  '*',
  'approve',
  'sign',
  'escalate',
  'attest',
];
const PATH_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];
/** What no server lists, and rules are written about. */
const UNLISTED = ['users', 'groups'];

const flags = {
  'all-namespaces': bool('In all namespaces.', { short: 'A' }),
  list: bool('Show all that is allowed.'),
  'no-headers': bool('No line of headings.'),
  quiet: bool('Say nothing; the exit code tells.', { short: 'q' }),
  subresource: string('Subresource such as log or scale.'),
} as const;

type Asked = Pick<ApiResource, 'group' | 'resource'> & Partial<Pick<ApiResource, 'namespaced'>>;

export const command = defineCommand({
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  long: 'Asks the server whether an action is allowed: yes or no. VERB is one of the API, such as get or list; TYPE a resource; a path that begins with / is no resource.',
  examples: `# Whether pods of all namespaces can be made
kubectl auth can-i create pods --all-namespaces

# Whether the logs of pods can be read
kubectl auth can-i get pods --subresource=log

# All that is allowed in the namespace shop
kubectl auth can-i --list --namespace=shop`,
  flags,
  async run(call, kubectl) {
    return call.flags.list ? list(call, kubectl) : check(call, kubectl);
  },
});

const warn = (kubectl: Kubectl, warning: string): void => kubectl.complain(`Warning: ${warning}\n`);

async function check({ args, flags: given }: Call<typeof flags>, kubectl: Kubectl): Promise<number> {
  const [verb = '', what = ''] = args;
  if (args.length !== 2)
    throw new CommandError("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
  const isPath = what.startsWith('/');
  const [type = '', ...name] = what.split('/');
  const asked = isPath ? undefined : await resourceFor(type, kubectl);
  const namespace = given['all-namespaces'] ? '' : (await kubectl.namespace()).name;
  if (!asked) {
    if (given.subresource) throw new CommandError('--subresource can not be used with NonResourceURL');
    if (!PATH_VERBS.includes(verb)) warn(kubectl, `verb '${verb}' is not a known verb\n`);
  } else if (asked.resource && !given['all-namespaces']) {
    if (asked.namespaced === false) warn(kubectl, `resource '${asked.resource}' is not namespace scoped${asked.group ? ` in group '${asked.group}'` : ''}\n`);
    if (!RESOURCE_VERBS.includes(verb)) warn(kubectl, `verb '${verb}' is not a known verb\n`);
  }
  if (given['no-headers']) throw new CommandError('--no-headers cannot be set without --list specified');
  const attributes = asked && {
    namespace,
    verb,
    group: asked.group,
    resource: asked.resource,
    subresource: given.subresource,
    name: name.join('/'),
  };
  const spec = attributes ? { resourceAttributes: attributes } : { nonResourceAttributes: { verb, path: what } };
  const { status = {} } = (await review(kubectl, 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', spec)) as {
    readonly status?: { readonly allowed?: boolean; readonly reason?: string; readonly evaluationError?: string };
  };
  const why = [status.reason, status.evaluationError].filter(Boolean).map((each) => ` - ${each ?? ''}`);
  if (!given.quiet) kubectl.print(status.allowed ? 'yes\n' : `no${why.join('')}\n`);
  return status.allowed ? 0 : 1;
}

/** What no server has is asked about all the same, as it was typed. */
async function resourceFor(typed: string, kubectl: Kubectl): Promise<Asked> {
  if (typed === '*') return { group: '', resource: '*' };
  const lower = typed.toLowerCase();
  try {
    return await (await kubectl.mapper()).forArgument(lower, 2);
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof UnreachableError)) throw error;
    const dot = lower.indexOf('.');
    const resource = dot < 0 ? lower : lower.slice(0, dot);
    if (!UNLISTED.includes(lower))
      warn(kubectl, `the server doesn't have a resource type '${resource}'${dot < 0 ? '' : ` in group '${lower.slice(dot + 1)}'`}\n`);
    return { group: '', resource: typed };
  }
}

async function list({ args, flags: given }: Call<typeof flags>, kubectl: Kubectl): Promise<number> {
  if (args.length) throw new CommandError('list option must be specified with no arguments');
  if (given.quiet || given['all-namespaces'] || given.subresource)
    throw new CommandError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
  const { name } = await kubectl.namespace();
  const { status = {} } = (await review(kubectl, 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', { namespace: name })) as {
    readonly status?: {
      readonly incomplete?: boolean;
      readonly evaluationError?: string;
      readonly resourceRules?: readonly Rule[];
      readonly nonResourceRules?: readonly Rule[];
    };
  };
  if (status.incomplete) warn(kubectl, `the list may be incomplete: ${status.evaluationError ?? ''}`);
  const out = new TabWriter((text) => kubectl.print(text));
  if (!given['no-headers']) out.line(['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']);
  const shown = (words: readonly string[] = []): string => `[${words.join(' ')}]`;
  for (const rule of compactRules([...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])]))
    out.line([combinedResource(rule), shown(rule.nonResourceURLs), shown(rule.resourceNames), shown(rule.verbs)]);
  out.flush();
  return 0;
}

async function review(kubectl: Kubectl, kind: string, resource: string, spec: JsonObject): Promise<unknown> {
  const wire = await kubectl.wire();
  return wire.call({ method: 'POST', path: `/apis/authorization.k8s.io/v1/${resource}`, body: { kind, apiVersion: 'authorization.k8s.io/v1', spec } });
}
