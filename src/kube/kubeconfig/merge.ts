// Adds the entries of one kubeconfig to the text of another, and takes them out again; what else stands there, comments too, stays to the byte. Pure.
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isSeq, type Node, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';

const LISTS = ['clusters', 'contexts', 'users'] as const;
type List = (typeof LISTS)[number];

/** Entries of the same name are replaced. The current context becomes the added one only where there was none. `text` may be empty. */
export function mergeKubeconfig(text: string, added: string): string {
  const begin = text.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : text;
  const wanted = parseDocument(begin);
  const from = parseDocument(added);
  let edited: string | undefined = begin.endsWith('\n') ? begin : `${begin}\n`;
  for (const list of LISTS) {
    const entries = from.get(list);
    if (!isSeq(entries)) continue;
    for (const entry of entries.items as readonly YAMLMap[]) {
      put(wanted, list, entry);
      edited &&= withEntry(edited, list, entry.get('name'), entry.toJS(from));
    }
  }
  const current = from.get('current-context');
  if (!wanted.get('current-context')) {
    wanted.set('current-context', current);
    edited &&= withCurrent(edited, current);
  }
  return sameAs(wanted, edited);
}

/** Names of what was added. */
export interface AddedNames {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly server: string;
}

/** Undefined where nothing of it is there: another cluster of that name, with another server, is left alone, and so is what other contexts use. */
export function withoutAdded(text: string, { context, cluster, user, server }: AddedNames): string | undefined {
  const wanted = parseDocument(text);
  const content = wanted.toJS() as Partial<
    Record<List, readonly { readonly name?: string; readonly cluster?: { server?: string }; readonly context?: Uses }[]>
  > | null;
  const isOurs = content?.clusters?.some((each) => each.name === cluster && each.cluster?.server === server) ?? false;
  const own = content?.contexts?.find(({ name, context: uses }) => name === context && uses?.cluster === cluster && uses.user === user);
  if (!isOurs || !own) return undefined;
  const others = (content?.contexts ?? []).filter((each) => each !== own).map((each) => each.context);
  const names: Readonly<Record<List, string | undefined>> = {
    contexts: context,
    clusters: others.some((uses) => uses?.cluster === cluster) ? undefined : cluster,
    users: others.some((uses) => uses?.user === user) ? undefined : user,
  };
  let edited: string | undefined = text;
  for (const list of LISTS) {
    const name = names[list];
    const items = wanted.get(list);
    const at = name === undefined || !isSeq(items) ? -1 : indexOf(items, name);
    if (!isSeq(items) || at < 0) continue;
    items.items.splice(at, 1);
    edited &&= withoutEntry(edited, list, name);
  }
  if (wanted.get('current-context') === context) {
    wanted.set('current-context', '');
    edited &&= withCurrent(edited, '');
  }
  return sameAs(wanted, edited);
}

interface Uses {
  readonly cluster?: string;
  readonly user?: string;
}

/** The edited text where it means what is wanted; a text of an unusual shape is written anew. */
function sameAs(wanted: Document, edited: string | undefined): string {
  if (edited !== undefined) {
    const read = parseDocument(edited);
    if (!read.errors.length && isDeepStrictEqual(read.toJS(), wanted.toJS())) return edited;
  }
  return wanted.toString({ lineWidth: 0 });
}

const indexOf = (items: YAMLSeq, name: unknown): number => items.items.findIndex((item) => isMap(item) && item.get('name') === name);

function put(into: Document, list: List, entry: YAMLMap): void {
  const there = into.get(list);
  const items = isSeq(there) ? there : (into.createNode([]) as YAMLSeq);
  if (!isSeq(there)) into.set(list, items);
  const at = indexOf(items, entry.get('name'));
  if (at < 0) items.items.push(entry);
  else items.items[at] = entry;
  items.flow = false;
}

// Edits of the text. Each is undefined where the text is not in the shape that kubectl writes: then the document is written anew.

function withEntry(text: string, list: List, name: unknown, entry: unknown): string | undefined {
  const items = parseDocument(text).get(list);
  const lines = (indent: string): string => stringify([entry], { lineWidth: 0 }).replace(/^(?=.)/gm, indent);
  if (isSeq(items) && items.items.length) {
    const found = items.items.map((item) => linesOf(text, item));
    const [first] = found;
    const at = indexOf(items, name);
    const place = found.at(at);
    if (items.flow || !first || !place) return undefined;
    const start = at < 0 ? place.end : place.start;
    return `${text.slice(0, start)}${lines(first.indent)}${text.slice(place.end)}`;
  }
  const empty = new RegExp(`^${list}:[ \\t]*(?:\\[\\]|null|~)?[ \\t]*$`, 'm');
  return empty.test(text) ? text.replace(empty, () => `${list}:\n${lines('').trimEnd()}`) : items === undefined ? `${text}${list}:\n${lines('')}` : undefined;
}

function withoutEntry(text: string, list: List, name: unknown): string | undefined {
  const items = parseDocument(text).get(list);
  if (!isSeq(items) || items.flow) return undefined;
  const place = linesOf(text, items.items[indexOf(items, name)]);
  if (!place) return undefined;
  const rest = `${text.slice(0, place.start)}${text.slice(place.end)}`;
  return items.items.length > 1 ? rest : rest.replace(new RegExp(`^${list}:[ \\t]*$`, 'm'), `${list}: []`);
}

function withCurrent(text: string, context: unknown): string {
  const line = `current-context: ${stringify(context).trimEnd()}`;
  const there = /^current-context:.*$/m;
  return there.test(text) ? text.replace(there, () => line) : `${text}${line}\n`;
}

/** The whole lines of an entry of a list in block style, and what stands before its dash. */
function linesOf(text: string, item: unknown): { readonly start: number; readonly end: number; readonly indent: string } | undefined {
  const range = isNode(item) ? (item as Node).range : undefined;
  if (!range) return undefined;
  const start = text.lastIndexOf('\n', range[0] - 1) + 1;
  const [, indent] = /^([ \t]*)- /.exec(text.slice(start)) ?? [];
  if (indent === undefined) return undefined;
  const last = text.slice(0, range[1]).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return { start, end: newline < 0 ? text.length : newline + 1, indent };
}
