// kubectl get --watch: what is there, then what changes, until the server or the person ends it.
import { isNotFound } from '../../kube/machinery/status-error.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { isTable } from '../printers/plain-table.ts';
import { printerFor } from '../printers/printer.ts';
import { ResourceTables } from '../printers/resource-tables.ts';
import { sortTable } from '../printers/sorting.ts';
import { select, type Selection } from '../resources/builder.ts';
import { Info, isList, metadataOf, textField } from '../resources/info.ts';
import { OWN_FORMATS, type GetFlags } from './get-flags.ts';

export async function watchAndPrint({ flags }: Call<GetFlags>, kubectl: Kubectl, selection: Selection): Promise<void> {
  const selected = await select(kubectl, { ...selection, singleResourceType: true, latest: true, flatten: false });
  const { infos, error } = await selected.infos();
  if (error && flags['ignore-not-found'] && isNotFound(error)) return;
  if (error) throw error;
  const [info] = infos;
  if (!info?.resource || !info.client) throw new CommandError('watch is only supported on individual resources and resource collections');
  const printer = await printerFor(flags, kubectl.ports, { own: OWN_FORMATS });
  const tables = new ResourceTables(kubectl, {
    noHeaders: flags['no-headers'],
    wide: flags.output === 'wide',
    showLabels: flags['show-labels'],
    labelColumns: flags['label-columns'],
    withKind: flags['show-kind'],
    withNamespace: flags['all-namespaces'],
  });
  const show = (type: string, object: JsonObject): void => {
    const showsEvent = flags['output-watch-events'];
    if (!printer) {
      tables.add(new Info({ resource: info.resource, client: info.client, namespace: info.namespace, object }), showsEvent ? type : undefined);
      tables.end();
    } else if (!showsEvent) kubectl.print(printer.print(object));
    else kubectl.print(printer.printEvent?.(type, object) ?? printer.print({ object, type }));
  };
  const isCollection = info.name === '';
  const pages = infos.map(({ content }) => content);
  if (!flags['watch-only']) for (const object of pages.flatMap((page) => shownAtFirst(page, flags['sort-by'], kubectl))) show('ADDED', object);
  if (!isCollection && infos.length > 1)
    throw new CommandError('watch is only supported on individual resources and resource collections - more than 1 resource was found');
  const last = pages.at(-1) ?? {};
  // A watch of one object from "0" begins with the object as it is, which was shown already.
  let skips = isCollection ? 0 : 1;
  const query = {
    resourceVersion: isCollection ? textField(metadataOf(last), 'resourceVersion') : '0',
    labelSelector: selection.labelSelector,
    fieldSelector: isCollection ? selection.fieldSelector : `metadata.name=${info.name}`,
  };
  try {
    for await (const { type, object } of info.client.watch({ namespace: info.namespace }, query, kubectl.ports.interrupted)) {
      if (type === 'BOOKMARK') continue;
      if (skips > 0) skips--;
      else show(type, object);
    }
  } catch (failure) {
    if (!kubectl.ports.interrupted.aborted) throw failure;
  }
}

/** A table as one, in order where that was asked for; of a list, its items. */
function shownAtFirst(page: JsonObject, sortBy: string, kubectl: Kubectl): readonly JsonObject[] {
  if (isTable(page)) return [sortBy && (page['rows'] as readonly JsonObject[] | undefined)?.length ? sortTable(page, sortBy, kubectl) : page];
  if (!isList(page)) return [page];
  // Items of a list of one kind do not say what they are.
  const kind = String(page['kind']).replace(/List$/, '');
  return page.items.map((item) => (item['kind'] ? item : { apiVersion: page['apiVersion'], kind, ...item }));
}
