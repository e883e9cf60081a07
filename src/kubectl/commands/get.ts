// kubectl get: tables by the server, or objects in the format that -o names. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
import { isNotFound } from '../../kube/machinery/status-error.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { defineCommand, usageError, type Call } from '../command.ts';
import { CommandError, throwAll } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { printerFor, type ObjectPrinter } from '../printers/printer.ts';
import { ResourceTables } from '../printers/resource-tables.ts';
import { select, type Selected, type Selection } from '../resources/builder.ts';
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
  async run(call, kubectl) {
    const { args, flags: given } = call;
    checkFlags(call);
    if (given.raw) return rawGet(given.raw, kubectl);
    const isWatch = given.watch || given['watch-only'];
    if (isWatch && given['sort-by']) kubectl.complain('warning: --watch or --watch-only requested, --sort-by will be ignored\n');
    if (!isWatch && !args.length && !given.filename.length && !given.kustomize) {
      kubectl.complain('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n');
      throw usageError(
        call,
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      );
    }
    const printer = await printerFor(given, kubectl.ports, { own: OWN_FORMATS });
    if (isWatch) return watchAndPrint(call, kubectl, { selection: await selectionOf(call, kubectl, !printer), printer });
    const selected = await select(kubectl, { ...(await selectionOf(call, kubectl, !printer)), continueOnError: true, latest: true });
    return printer ? printObjects(call, kubectl, selected, printer) : printTables(call, kubectl, selected);
  },
});

function checkFlags(call: Call<GetFlags>): void {
  const { args, flags: given } = call;
  if (given.raw) {
    if (args.length) throw new CommandError('arguments may not be passed when --raw is specified');
    if (given.watch || given['watch-only'] || given.selector)
      throw new CommandError('--raw may not be specified with other flags that filter the server request or alter the output');
    if (given.output) throw usageError(call, '--raw and --output are mutually exclusive');
    if (!given.raw.startsWith('/')) throw usageError(call, `--raw must be a valid URL path: parse ${JSON.stringify(given.raw)}: invalid URI for request`);
  }
  if (given['show-labels'] && given.output !== '' && given.output !== 'wide')
    throw new CommandError(`--show-labels option cannot be used with ${given.output} printer`);
  if (given['output-watch-events'] && !given.watch && !given['watch-only'])
    throw usageError(call, '--output-watch-events option can only be used with --watch or --watch-only');
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
    ...(asTable && given['server-print'] ? { reads: { accept: TABLE_ACCEPT, ...(isSorted ? { query: { includeObject: 'Object' } } : {}) } } : {}),
  };
}

async function printTables({ flags: given }: Call<GetFlags>, kubectl: Kubectl, selected: Selected): Promise<void> {
  const { infos, error } = await selected.infos(given['ignore-not-found'] ? isNotFound : undefined);
  const isMixed = infos.some(({ resource }) => resource?.kind !== infos[0]?.resource?.kind || resource?.group !== infos[0]?.resource?.group);
  const tables = new ResourceTables(kubectl, {
    noHeaders: given['no-headers'],
    wide: given.output === 'wide',
    showLabels: given['show-labels'],
    labelColumns: given['label-columns'],
    withKind: isMixed || given['show-kind'],
    withNamespace: given['all-namespaces'],
  });
  for (const info of infos) tables.add(info);
  tables.end();
  if (!tables.hasPrinted && !given['ignore-not-found'] && !error) {
    const { name } = await kubectl.namespace();
    const areNamespaced = !given['all-namespaces'] && infos.every((info) => info.isNamespaced);
    kubectl.complain(areNamespaced ? `No resources found in ${name} namespace.\n` : 'No resources found\n');
  }
  if (error) throw error;
}

/** One object as it is, several as a List. */
async function printObjects({ flags: given }: Call<GetFlags>, kubectl: Kubectl, selected: Selected, printer: ObjectPrinter): Promise<void> {
  const { infos, error } = await selected.infos(given['ignore-not-found'] ? isNotFound : undefined);
  if (error && selected.isSingleItem) throw error;
  if (!infos.length && given['ignore-not-found']) return throwAll(error ? [error] : []);
  const [only] = infos;
  const isAlone = selected.isSingleItem && infos.length === 1;
  const object: JsonObject =
    isAlone && only ? only.content : { apiVersion: 'v1', items: infos.map((info) => info.content), kind: 'List', metadata: { resourceVersion: '' } };
  kubectl.print(printer.print(object));
  if (error) throw error;
}
