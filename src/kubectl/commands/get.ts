// kubectl get: tables by the server, or objects in the format that -o names. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
import { isNotFound } from '../../kube/machinery/status-error.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, throwAll } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { isTable } from '../printers/plain-table.ts';
import { printerFor } from '../printers/printer.ts';
import { ResourceTables } from '../printers/resource-tables.ts';
import { sortObjects, sortTable } from '../printers/sorting.ts';
import { select, type Selected, type Selection } from '../resources/builder.ts';
import type { Info } from '../resources/info.ts';
import { flags, OWN_FORMATS, TABLE_ACCEPT, type GetFlags } from './get-flags.ts';
import { watchAndPrint } from './get-watch.ts';
import { rawGet } from './raw.ts';

export const command = defineCommand({
  usage: `[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]`,
  long: 'Shows the most important of one or many resources as a table, or the objects themselves with -o.\n\n Only the current namespace is looked into; -A looks into all. "kubectl api-resources" lists the types.',
  examples: `# All pods of the namespace
kubectl get pods

# With their nodes and addresses
kubectl get pods -o wide

# One deployment as YAML
kubectl get deployment web -o yaml

# Several types together
kubectl get svc,endpointslices -l app=shop

# What a manifest describes, as it is on the cluster
kubectl get -f web.yaml`,
  flags,
  interruptedExit: 1,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    if (given.raw && args.length) throw new CommandError('arguments may not be passed when --raw is specified');
    if (given.watch) {
      if (given['sort-by']) kubectl.complain('warning: --watch requested, --sort-by will be ignored for watch events received\n');
    } else if (given['watch-only']) {
      if (given['sort-by']) kubectl.complain('warning: --watch-only requested, --sort-by will be ignored\n');
    } else if (!given.raw && !args.length && !given.filename.length && !given.kustomize) {
      kubectl.complain('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n');
      throw usageError(
        call,
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      );
    }
    checkFlags(call);
    if (given.raw) return rawGet(given.raw, kubectl);
    const isForPeople = (given.output === '' && given.template === '') || given.output === 'wide';
    const selection = await selectionOf(call, kubectl, isForPeople && showsTables(given));
    if (given.watch || given['watch-only']) return watchAndPrint(call, kubectl, selection);
    const selected = await select(kubectl, { ...selection, continueOnError: true, latest: true });
    return isForPeople ? printTables(call, kubectl, selected) : printObjects(call, kubectl, selected);
  },
});

/** Tables by the server go with few forms. */
const showsTables = ({ 'server-print': serverPrint, output }: Call<GetFlags>['flags']): boolean =>
  serverPrint && !output.includes('custom-columns') && !output.includes('json') && output !== 'yaml';

function checkFlags({ flags: given }: Call<GetFlags>): void {
  if (given.raw) {
    if (given.watch || given['watch-only'] || given.selector)
      throw new CommandError('--raw may not be specified with other flags that filter the server request or alter the output');
    if (given.output) throw new CommandError('--raw and --output are mutually exclusive');
    if (!/^(?:\/|[a-zA-Z][a-zA-Z\d+.-]*:)/.test(given.raw))
      throw new CommandError(`--raw must be a valid URL path: parse ${goQuote(given.raw)}: invalid URI for request`);
  }
  if (given['show-labels'] && given.output !== '' && given.output !== 'wide')
    throw new CommandError(`--show-labels option cannot be used with ${given.output} printer`);
  if (given['output-watch-events'] && !given.watch && !given['watch-only'])
    throw new CommandError('--output-watch-events option can only be used with --watch or --watch-only');
}

async function selectionOf({ args, flags: given }: Call<GetFlags>, kubectl: Kubectl, asTable: boolean): Promise<Selection> {
  const namespace = await kubectl.namespace();
  const isSorted = given['sort-by'] !== '' && !given.watch && !given['watch-only'];
  return {
    args,
    isTypeEnough: true,
    files: given,
    namespace: namespace.name,
    enforceNamespace: namespace.isExplicit && !given['all-namespaces'],
    allNamespaces: given['all-namespaces'],
    labelSelector: given.selector,
    fieldSelector: given['field-selector'],
    chunkSize: isSorted ? 0 : given['chunk-size'],
    subresource: given.subresource,
    ...(asTable ? { reads: { accept: TABLE_ACCEPT, ...(given['sort-by'] ? { query: { includeObject: 'Object' } } : {}) } } : {}),
  };
}

async function printTables({ flags: given }: Call<GetFlags>, kubectl: Kubectl, selected: Selected): Promise<void> {
  const { infos: found, error } = await selected.infos(given['ignore-not-found'] ? isNotFound : undefined);
  const infos = given['sort-by'] ? sortedInfos(found, given['sort-by'], kubectl) : found;
  const isMixed = found.some(({ resource }) => resource?.kind !== found[0]?.resource?.kind || resource?.group !== found[0]?.resource?.group);
  const tables = new ResourceTables(kubectl, {
    noHeaders: given['no-headers'],
    wide: given.output === 'wide',
    showLabels: given['show-labels'],
    labelColumns: given['label-columns'],
    withKind: isMixed || given['show-kind'],
    withNamespace: given['all-namespaces'],
  });
  for (const info of infos) {
    const shown = given['sort-by'] ? sortedTable(info, given['sort-by'], kubectl) : info;
    if (shown) tables.add(shown);
  }
  tables.end();
  if (!tables.hasPrinted && !given['ignore-not-found'] && !error) {
    const { name } = await kubectl.namespace();
    const areNamespaced = !given['all-namespaces'] && infos.every((info) => info.isNamespaced);
    kubectl.complain(areNamespaced ? `No resources found in ${name} namespace.\n` : 'No resources found\n');
  }
  if (error) throw error;
}

/** Several tables are sorted as what they are themselves, objects of the server with no name: only what every table has can be named. */
function sortedInfos(infos: readonly Info[], field: string, kubectl: Kubectl): readonly Info[] {
  if (infos.length < 2) return infos;
  const byObject = new Map(infos.map((info) => [info.content, info]));
  return sortObjects([...byObject.keys()], field, kubectl).flatMap((object) => byObject.get(object) ?? []);
}

/** Undefined for a table whose rows have no such field: nothing is shown of it. */
function sortedTable(info: Info, field: string, kubectl: Kubectl): Info | undefined {
  const { rows } = info.content as { readonly rows?: readonly unknown[] };
  if (!isTable(info.content) || (rows?.length ?? 0) < 2) return info;
  try {
    info.object = sortTable(info.content, field, kubectl);
    return info;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** One object as it is, several as a List. */
async function printObjects({ flags: given }: Call<GetFlags>, kubectl: Kubectl, selected: Selected): Promise<void> {
  const { infos, error } = await selected.infos(given['ignore-not-found'] ? isNotFound : undefined);
  if (error && selected.isSingleItem) throw error;
  if (!infos.length && given['ignore-not-found']) return throwAll(error ? [error] : []);
  const printer = await printerFor(given, kubectl.ports, { own: OWN_FORMATS });
  const [only] = infos;
  const failures = error ? [error] : [];
  try {
    if (selected.isSingleItem && infos.length === 1 && only) kubectl.print(printer?.print(only.content) ?? '');
    else {
      const contents = infos.map((info) => info.content);
      const items = given['sort-by'] ? sortObjects(contents, given['sort-by'], kubectl) : contents;
      kubectl.print(printer?.print({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }) ?? '');
    }
  } catch (failure) {
    failures.push(failure as Error);
  }
  throwAll(failures);
}
