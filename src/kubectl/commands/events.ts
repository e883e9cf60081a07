// kubectl events: what happened, in the order in which it did. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/events
import type { Event } from '../../kube/api/core-v1.ts';
import { events as eventResource } from '../../kube/api/resources.ts';
import { goSort } from '../../kube/machinery/go-sort.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { groupVersionOf } from '../../kube/machinery/object.ts';
import { parseTime } from '../../kube/machinery/time.ts';
import { defineCommand, type Call } from '../command.ts';
import { eventAge } from '../describe/events.ts';
import { CommandError, Failures } from '../failures.ts';
import { bool, int, string, strings } from '../flags/flag.ts';
import { ALL_NAMESPACES, CHUNK_SIZE_PRESET, PRINT_FLAGS } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { printerFor } from '../printers/printer.ts';
import { TabWriter } from '../printers/tab-writer.ts';
import { isList, metadataOf, textField } from '../resources/info.ts';
import { listFailure } from '../resources/list-failure.ts';

const flags = {
  'all-namespaces': ALL_NAMESPACES,
  ...PRINT_FLAGS,
  'chunk-size': int('How many events are asked for at a time; 0 asks for all at once.', { preset: CHUNK_SIZE_PRESET }),
  for: string('Only what happened to this object, TYPE/NAME.'),
  'no-headers': bool('No line with the names of the columns.'),
  types: strings('Only events of these types: Normal, Warning.'),
  watch: bool('Go on with what happens from now.', { short: 'w' }),
} as const;
type EventsCall = Call<typeof flags>;

export const command = defineCommand({
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  long: 'Lists what happened lately, the latest last: in a namespace, in all, or to one object.',
  examples: `# In the current namespace
kubectl events

# Everywhere
kubectl events -A

# To one pod, and what happens to it from now on
kubectl events --for pod/web --watch

# Warnings alone
kubectl events --types=Warning`,
  flags,
  interruptedExit: 1,
  async run(call, kubectl) {
    const { flags: given } = call;
    const { name } = await kubectl.namespace();
    const fieldSelector = given.for ? await selectorFor(given.for, kubectl) : undefined;
    const printer = await printerFor(given, kubectl.ports, { isTyped: true });
    if (given.types.some((type) => !isNamed('Normal', type) && !isNamed('Warning', type))) throw new CommandError('valid --types are Normal or Warning');
    const namespace = given['all-namespaces'] ? '' : name;
    const table = printer ? undefined : new EventTable(kubectl, given);
    const query = { fieldSelector, limit: CHUNK_SIZE_PRESET };
    const client = await kubectl.client(eventResource);
    const isWanted = (event: Event): boolean => !given.types.length || given.types.some((type) => isNamed(event.type ?? '', type));
    if (given.watch) {
      try {
        for await (const { type, object } of client.watch({ namespace }, query, kubectl.ports.interrupted)) {
          const event = object as unknown as Event;
          if (type === 'DELETED' || type === 'BOOKMARK' || !isWanted(event)) continue;
          if (printer) kubectl.print(printer.print(asObject(event)));
          else table?.print([event]);
        }
      } catch (error) {
        if (!kubectl.ports.interrupted.aborted) throw error;
      }
      return;
    }
    const listed = (await listAll(kubectl, namespace, query)).filter(isWanted);
    const found = goSort(listed, (a, b) => whenOf(a) < whenOf(b));
    if (!found.length) kubectl.complain(given['all-namespaces'] ? 'No events found.\n' : `No events found in ${name} namespace.\n`);
    // Upstream has no names of lists, and says nothing of it.
    else if (printer && given.output !== 'name')
      kubectl.print(printer.print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: found.map(asObject) }));
    else if (!printer) table?.print(found);
  },
});

const isNamed = (type: string, wanted: string): boolean => type.toLowerCase() === wanted.toLowerCase();

/** `pod/web`, as a query. */
async function selectorFor(text: string, kubectl: Kubectl): Promise<string> {
  const [type = '', name, ...more] = text.split('/');
  if (name === undefined) throw new CommandError('--for must be in resource/name form');
  if (more.length) throw new CommandError('arguments in resource/name form may not have more than one slash');
  const resource = await (await kubectl.mapper()).forArgument(type.toLowerCase()).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    const [plural = '', ...group] = type.toLowerCase().split('.');
    const inGroup = group.length ? ` in group ${goQuote(group.join('.'))}` : '';
    // Said without "error:", unlike what is selected.
    throw new Failures([new CommandError(`the server doesn't have a resource type ${goQuote(plural)}${inGroup}`)]);
  });
  return name ? `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${groupVersionOf(resource)},involvedObject.name=${name}` : '';
}

async function listAll(kubectl: Kubectl, namespace: string, query: { readonly fieldSelector: string | undefined; readonly limit: number }): Promise<Event[]> {
  const client = await kubectl.client(eventResource);
  const found: JsonObject[] = [];
  for (let token: string | undefined; ;) {
    const page: JsonObject = await client.list({ namespace }, { ...query, continue: token }).catch((error: unknown) => {
      throw listFailure(error, 'events', query);
    });
    if (isList(page)) found.push(...page.items);
    token = textField(metadataOf(page), 'continue') || undefined;
    if (token === undefined) return found as unknown as Event[];
  }
}

/** Milliseconds, with the microseconds that some events have behind the point. */
function whenOf({ series, lastTimestamp, eventTime }: Event): number {
  const at = series ? series.lastObservedTime : lastTimestamp || eventTime;
  if (!at) return Number.NEGATIVE_INFINITY;
  const [, micros = '0'] = /\.\d{3}(\d{1,3})/.exec(at) ?? [];
  return parseTime(at) + Number(micros.padEnd(3, '0')) / 1000;
}

const asObject = (event: Event): JsonObject => ({ kind: 'Event', apiVersion: 'v1', ...(event as unknown as JsonObject) });

class EventTable {
  readonly #kubectl: Kubectl;
  readonly #withNamespace: boolean;
  readonly #writer: TabWriter;
  #needsHeader: boolean;

  constructor(kubectl: Kubectl, given: EventsCall['flags']) {
    this.#kubectl = kubectl;
    this.#withNamespace = given['all-namespaces'];
    this.#needsHeader = !given['no-headers'];
    this.#writer = new TabWriter((text) => kubectl.print(text), { remembersWidths: true });
  }

  print(events: readonly Event[]): void {
    if (this.#needsHeader) this.#line([...(this.#withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
    this.#needsHeader = false;
    const now = this.#kubectl.ports.clock.now();
    for (const event of events) {
      const { metadata, type = '', reason = '', involvedObject = {}, message = '' } = event;
      const object = `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`;
      this.#line([...(this.#withNamespace ? [metadata?.namespace ?? ''] : []), eventAge(event, now), type, reason, object, message.trim()]);
    }
    this.#writer.flush();
  }

  /** A message may have lines and tabs of its own. */
  #line(cells: readonly string[]): void {
    const text = cells.map((cell) => cell.replaceAll('\u001b', '^[').replaceAll('\r', String.raw`\r`)).join('\t');
    for (const line of text.split('\n')) this.#writer.line(line.split('\t'));
  }
}
