// Which logs an object means, and reading one of them. Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/logsforobject.go
import type { JsonObject } from '../../kube/machinery/json.ts';
import { pathOf, withQuery, type Query } from '../client/resource-client.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { isList, metadataOf, textField } from '../resources/info.ts';
import { allContainerNames, annotationOf, DEFAULT_CONTAINER, findContainer, hasSeveralContainers, listField, specOf } from './pod-fields.ts';
import { bestForLogs, podSelectorOf, PODS, podsOf } from './pods-of.ts';

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}
interface LogWishes {
  readonly container: string;
  readonly allContainers: boolean;
  readonly allPods: boolean;
  readonly timeoutMs: number;
}

/** Rejects with kubectl's sentences; says on the way which pod and container it took where there was a choice. */
export async function logsOf(kubectl: Kubectl, object: JsonObject, wishes: LogWishes): Promise<readonly LogSource[]> {
  if (isList(object)) return object.items.flatMap((item) => logsOfPod(kubectl, item, wishes));
  if (textField(object, 'kind') === 'Pod') return logsOfPod(kubectl, object, wishes);
  const selector = podSelectorOf(object, 'cannot get the logs from');
  const pods = await podsOf(kubectl, { namespace: textField(metadataOf(object), 'namespace'), selector }, wishes.timeoutMs, bestForLogs);
  if (wishes.allPods) return pods.flatMap((pod) => logsOfPod(kubectl, pod, wishes));
  const [pod] = pods;
  if (!pod) return [];
  if (pods.length > 1) kubectl.complain(`Found ${pods.length} pods, using pod/${textField(metadataOf(pod), 'name')}\n`);
  return logsOfPod(kubectl, pod, wishes);
}

function logsOfPod(kubectl: Kubectl, pod: JsonObject, { container, allContainers, allPods }: LogWishes): readonly LogSource[] {
  const metadata = metadataOf(pod);
  const source = (name: string): LogSource => ({ namespace: textField(metadata, 'namespace'), pod: textField(metadata, 'name'), container: name });
  if (allContainers)
    return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((group) =>
      listField(specOf(pod), group).map((each) => source(textField(each, 'name'))),
    );
  const name = container || annotatedContainer(kubectl, pod) || firstContainer(kubectl, pod, allPods);
  if (!findContainer(pod, name)) throw new CommandError(`container ${name} is not valid for pod ${textField(metadata, 'name')}`);
  return [source(name)];
}

function annotatedContainer(kubectl: Kubectl, pod: JsonObject): string {
  const name = annotationOf(pod, DEFAULT_CONTAINER);
  if (!name || findContainer(pod, name)) return name;
  kubectl.complain(`Default container name ${goQuote(name)} not found in pod ${textField(metadataOf(pod), 'name')}\n`);
  return '';
}

function firstContainer(kubectl: Kubectl, pod: JsonObject, allPods: boolean): string {
  const [first = {}] = listField(specOf(pod), 'containers');
  const name = textField(first, 'name');
  if (hasSeveralContainers(pod) && !allPods) kubectl.complain(`Defaulted container ${goQuote(name)} out of: ${allContainerNames(pod)}\n`);
  return name;
}

const NEWLINE = 10;

/** Line by line as they come, each with its end; a last one without is passed on too. The next is taken when there is room for it. */
export async function streamLog(
  kubectl: Kubectl,
  { namespace, pod, container }: LogSource,
  query: Query,
  take: (line: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  const path = withQuery(pathOf(PODS, { namespace, name: pod, subresource: 'log' }), { ...query, container });
  const wire = await kubectl.wire();
  const { body } = await wire.ok({ method: 'GET', path, stream: true, signal: kubectl.ports.interrupted });
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of body) {
    const data = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = data.indexOf(NEWLINE, from); end >= 0; end = data.indexOf(NEWLINE, from)) {
      const room = take(data.subarray(from, end + 1));
      if (room) await room;
      from = end + 1;
    }
    rest = data.subarray(from);
  }
  if (rest.length) await take(rest);
}
