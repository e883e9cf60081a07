// kubectl auth reconcile: roles and bindings get what a file gives, and keep what they have. Models kubernetes/staging/src/k8s.io/component-helpers/auth/rbac/reconciliation
import { jsonEqual, isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { isAlreadyExists, isNotFound, StatusError } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { listOf, textOf } from '../../config/kubeconfig-files.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { DRY_RUN, fileFlags, PRINT_FLAGS } from '../../flags/sets.ts';
import type { Kubectl } from '../../kubectl.ts';
import { select } from '../../resources/builder.ts';
import { groupKindOf, metadataOf } from '../../resources/info.ts';
import { dryRunOf, type DryRun } from '../../writes/dry-run.ts';
import { reporter } from '../../writes/report.ts';
import { uncovered } from './policy-cover.ts';

const GROUP = 'rbac.authorization.k8s.io';
/** What of an object is merged item by item, and in which words it is told. */
const KINDS: Readonly<Record<string, { readonly resource: string; readonly namespaced: boolean; readonly isRole: boolean }>> = {
  Role: { resource: 'roles', namespaced: true, isRole: true },
  ClusterRole: { resource: 'clusterroles', namespaced: false, isRole: true },
  RoleBinding: { resource: 'rolebindings', namespaced: true, isRole: false },
  ClusterRoleBinding: { resource: 'clusterrolebindings', namespaced: false, isRole: false },
};

interface Outcome {
  readonly operation: '' | 'create' | 'update' | 'recreate';
  readonly object: JsonObject;
  readonly missing: readonly JsonObject[];
  readonly extra: readonly JsonObject[];
}

export const command = defineCommand({
  usage: '-f FILENAME',
  long: 'Brings roles, cluster roles and their bindings to what files say: what is missing is made, with its namespace; rights and subjects are added, and taken away only with --remove-extra-permissions and --remove-extra-subjects.',
  examples: 'kubectl auth reconcile -f rights.yaml',
  flags: {
    ...PRINT_FLAGS,
    ...fileFlags('is reconciled'),
    'dry-run': DRY_RUN,
    'remove-extra-permissions': bool('Take away rights of roles that the files do not give.'),
    'remove-extra-subjects': bool('Take away subjects of bindings that the files do not name.'),
  },
  async run({ args, flags }, kubectl) {
    if (!flags.filename.length && !flags.kustomize) throw new CommandError('must specify one of -f and -k');
    if (args.length) throw new CommandError('no arguments are allowed');
    const dryRun = dryRunHere(flags['dry-run'], kubectl);
    const { name: ownNamespace, isExplicit } = await kubectl.namespace();
    const selected = await select(kubectl, {
      files: flags,
      namespace: ownNamespace,
      enforceNamespace: isExplicit,
      defaultNamespace: true,
      continueOnError: true,
      local: true,
    });
    const report = await reporter(flags, kubectl, 'reconciled', dryRun, { isTyped: true });
    await selected.visit(async (info) => {
      const { content } = info;
      const { group, version, kind } = groupKindOf(content);
      const known = group === GROUP ? KINDS[kind] : undefined;
      if (!known) return;
      if (version !== 'v1') throw new CommandError(`only ${GROUP}/v1 is supported: not *${version}.${kind}`);
      const removes = flags[known.isRole ? 'remove-extra-permissions' : 'remove-extra-subjects'];
      const metadata = metadataOf(content);
      // Only what the file says counts, not the namespace of the context: the real one asks for a namespace without a name then.
      const namespace = textOf(metadata['namespace']);
      const isNowhere = known.namespaced && !namespace;
      const place = { name: textOf(metadata['name']), ...(known.namespaced ? { namespace } : {}) };
      const client = await kubectl.client({ group, version, ...known });
      const existing = isNowhere
        ? undefined
        : await client.get(place).catch((error: unknown) => {
            if (isNotFound(error)) return undefined;
            throw error;
          });
      if (isNowhere && dryRun === 'none') throw new CommandError('resource name may not be empty');
      const outcome = known.isRole ? roleOutcome(content, existing, removes) : bindingOutcome(content, existing, removes);
      const isProtected = annotationsOf(existing)['rbac.authorization.kubernetes.io/autoupdate'] === 'false';
      let { object } = outcome;
      if (dryRun === 'none' && !isProtected && outcome.operation) {
        const { name: _name, ...container } = place;
        if (outcome.operation === 'create' && container.namespace) await ensureNamespace(kubectl, container.namespace);
        if (outcome.operation === 'recreate') await client.delete(place, { preconditions: { uid: metadataOf(existing)['uid'] ?? '' } });
        object = outcome.operation === 'update' ? await client.update(place, object) : await client.create(container, object);
      }
      report(object);
      tell(kubectl, outcome, { isRole: known.isRole, removes, isProtected });
    });
  },
});

function dryRunHere(value: string, kubectl: Kubectl): DryRun {
  let dryRun: DryRun;
  try {
    dryRun = dryRunOf(value, kubectl);
  } catch (error) {
    throw new CommandError(`error accessing --dry-run flag for command reconcile: ${messageOf(error)}`);
  }
  if (dryRun === 'server') throw new CommandError('--dry-run=server for command reconcile is not supported yet');
  return dryRun;
}

const itemsOf = (object: JsonObject, field: string): readonly JsonObject[] => listOf(object[field]).filter(isJsonObject);
const annotationsOf = (object: JsonObject | undefined): JsonObject => mapOf(object, 'annotations');
function mapOf(object: JsonObject | undefined, field: string): JsonObject {
  const map = metadataOf(object)[field];
  return isJsonObject(map) ? map : {};
}

function roleOutcome(expected: JsonObject, existing: JsonObject | undefined, removes: boolean): Outcome {
  const wanted = itemsOf(expected, 'rules');
  if (!existing) return { operation: 'create', object: expected, missing: wanted, extra: [] };
  const present = itemsOf(existing, 'rules');
  // The rules of an aggregated role are its controller's.
  const isAggregated = isJsonObject(expected['aggregationRule']) || isJsonObject(existing['aggregationRule']);
  const missing = isAggregated ? [] : uncovered(present, wanted);
  const extra = isAggregated ? [] : uncovered(wanted, present);
  const rules = removes ? (missing.length || extra.length ? wanted : present) : [...present, ...missing];
  const merged = {
    annotations: { ...annotationsOf(expected), ...annotationsOf(existing) },
    labels: { ...mapOf(expected, 'labels'), ...mapOf(existing, 'labels') },
  };
  const filled = Object.fromEntries(Object.entries(merged).filter(([, map]) => Object.keys(map).length));
  const object = { ...existing, metadata: { ...metadataOf(existing), ...filled }, ...(rules.length ? { rules } : {}), ...aggregation(expected, existing) };
  return { operation: jsonEqual(object, existing) ? '' : 'update', object, missing, extra };
}

/** The selectors of both. */
function aggregation(expected: JsonObject, existing: JsonObject): JsonObject {
  const selectors = ({ aggregationRule }: JsonObject): readonly JsonObject[] =>
    isJsonObject(aggregationRule) ? itemsOf(aggregationRule, 'clusterRoleSelectors') : [];
  const present = selectors(existing);
  const added = selectors(expected).filter((each) => !present.some((other) => jsonEqual(each, other)));
  return added.length ? { aggregationRule: { clusterRoleSelectors: [...present, ...added] } } : {};
}

function bindingOutcome(expected: JsonObject, existing: JsonObject | undefined, removes: boolean): Outcome {
  const wanted = itemsOf(expected, 'subjects');
  if (!existing) return { operation: 'create', object: expected, missing: wanted, extra: [] };
  if (!jsonEqual(expected['roleRef'], existing['roleRef'])) return { operation: 'recreate', object: expected, missing: [], extra: [] };
  const present = itemsOf(existing, 'subjects');
  const without = (all: readonly JsonObject[], others: readonly JsonObject[]): readonly JsonObject[] =>
    all.filter((each) => !others.some((other) => jsonEqual(each, other)));
  const missing = without(wanted, present);
  const extra = without(present, wanted);
  const isChanged = missing.length > 0 || (removes && extra.length > 0);
  const object = isChanged ? { ...existing, subjects: removes ? wanted : [...present, ...missing] } : existing;
  return { operation: isChanged ? 'update' : '', object, missing, extra };
}

const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces', namespaced: false };
async function ensureNamespace(kubectl: Kubectl, name: string): Promise<void> {
  const client = await kubectl.client(NAMESPACES);
  try {
    await client.get({ name });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await client.create({}, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }).catch((refusal: unknown) => {
      if (!isAlreadyExists(refusal) && !(refusal instanceof StatusError && refusal.reason === 'Forbidden')) throw refusal;
    });
  }
}

interface Telling {
  readonly isRole: boolean;
  readonly removes: boolean;
  readonly isProtected: boolean;
}
function tell(kubectl: Kubectl, { operation, missing, extra }: Outcome, { isRole, removes, isProtected }: Telling): void {
  if (!operation) return;
  const caveat = isProtected ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : '';
  const lines = [`reconciliation required ${operation}${caveat}`];
  const list = (what: string, items: readonly JsonObject[]): void => {
    if (items.length) lines.push(`${what}:`, ...items.map((each) => `\t${isRole ? ruleInGo(each) : subjectInGo(each)}`));
  };
  list(isRole ? 'missing rules added' : 'missing subjects added', missing);
  if (removes) list(isRole ? 'extra rules removed' : 'extra subjects removed', extra);
  kubectl.complain(lines.map((line) => `\t${line}\n`).join(''));
}

const wordsInGo = (value: JsonObject[string] | undefined): string => `[${listOf(value).map(textOf).join(' ')}]`;
const ruleInGo = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: JsonObject): string =>
  `{Verbs:${wordsInGo(verbs)} APIGroups:${wordsInGo(apiGroups)} Resources:${wordsInGo(resources)} ResourceNames:${wordsInGo(resourceNames)} NonResourceURLs:${wordsInGo(nonResourceURLs)}}`;
const subjectInGo = ({ kind, apiGroup, name, namespace }: JsonObject): string =>
  `{Kind:${textOf(kind)} APIGroup:${textOf(apiGroup)} Name:${textOf(name)} Namespace:${textOf(namespace)}}`;
