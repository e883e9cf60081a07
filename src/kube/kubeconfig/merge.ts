// Adds the entries of one kubeconfig to the text of another; what else stands there, comments too, stays as it is. Pure.
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

const LISTS = ['clusters', 'contexts', 'users'] as const;

/** Entries of the same name are replaced. The current context becomes the added one only where there was none. `text` may be empty. */
export function mergeKubeconfig(text: string, added: string): string {
  const into = parseDocument(text.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : text);
  const from = parseDocument(added);
  for (const list of LISTS) {
    const entries = from.get(list);
    if (!isSeq(entries)) continue;
    for (const entry of entries.items) {
      const there = into.get(list);
      const items = isSeq(there) ? there : into.createNode([]);
      if (!isSeq(there)) into.set(list, items);
      const name = (entry as YAMLMap).get('name');
      const at = items.items.findIndex((item) => isMap(item) && item.get('name') === name);
      if (at < 0) items.items.push(entry);
      else items.items[at] = entry;
      items.flow = false;
    }
  }
  if (!into.get('current-context')) into.set('current-context', from.get('current-context'));
  return into.toString({ lineWidth: 0 });
}
