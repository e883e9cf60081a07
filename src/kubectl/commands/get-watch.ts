// kubectl get --watch: what is there, then what changes, until the server or the person ends it.
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { ResourceTables } from '../printers/resource-tables.ts';
import { select, type Selection } from '../resources/builder.ts';
import { Info, isList, metadataOf, textField } from '../resources/info.ts';
import type { GetFlags } from './get-flags.ts';

interface Watched {
  readonly selection: Selection;
  readonly printer: ObjectPrinter | undefined;
}

export async function watchAndPrint({ flags }: Call<GetFlags>, kubectl: Kubectl, { selection, printer }: Watched): Promise<void> {
  const selected = await select(kubectl, { ...selection, singleResourceType: true, latest: true, flatten: false });
  const { infos, error } = await selected.infos();
  if (error) throw error;
  const [info] = infos;
  if (!info?.resource || !info.client) throw new CommandError('watch is only supported on individual resources and resource collections');
  if (infos.some(({ resource, name }) => resource?.kind !== info.resource?.kind || name !== info.name))
    throw new CommandError('watch is only supported on individual resources and resource collections - more than 1 resource was found');
  const tables = new ResourceTables(kubectl, {
    noHeaders: flags['no-headers'],
    wide: flags.output === 'wide',
    showLabels: flags['show-labels'],
    labelColumns: flags['label-columns'],
    withKind: flags['show-kind'],
    withNamespace: flags['all-namespaces'],
  });
  const show = (type: string, object: JsonObject): void => {
    const shown: JsonObject = flags['output-watch-events'] ? { type, object } : object;
    if (printer) kubectl.print(printer.print(shown));
    else {
      tables.add(new Info({ resource: info.resource, client: info.client, namespace: info.namespace, object }));
      tables.end();
    }
  };
  const isCollection = info.name === '';
  const pages = isCollection ? infos.map(({ content }) => content) : [info.content];
  if (!flags['watch-only']) for (const page of pages) for (const object of printer && isList(page) ? page.items : [page]) show('ADDED', object);
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
