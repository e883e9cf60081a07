// kubectl expose: a service for what is there. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { defineCommand, type Call } from '../command.ts';
import { CommandError } from '../failures.ts';
import { string, type FlagSpecs } from '../flags/flag.ts';
import { DRY_RUN, fieldManager, fileFlags, PRINT_FLAGS } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, type Info } from '../resources/info.ts';
import { requireBuiltIn } from '../resources/typed-form.ts';
import { dryRunOf } from '../writes/dry-run.ts';
import { intOrText } from '../writes/int-or-text.ts';
import { refreshTypedLastApplied } from '../writes/last-applied.ts';
import { overridden, OVERRIDE_FLAGS } from '../writes/overrides.ts';
import { RECORD, recorded } from '../writes/record.ts';
import { reporter } from '../writes/report.ts';
import { builtIn, SAVE_CONFIG } from './create/generated.ts';
import { exposable, type PortSpec, type TextMap } from './expose/exposable.ts';
import { labelPairs } from './expose/labels.ts';

const LONGEST_NAME = 63;

const flags = {
  ...PRINT_FLAGS,
  ...fileFlags('is exposed'),
  ...OVERRIDE_FLAGS,
  record: RECORD,
  'cluster-ip': string("Address of the service; 'None' for none at all."),
  'dry-run': DRY_RUN,
  'external-ip': string('Address outside the cluster at which the service is reached too.'),
  'field-manager': fieldManager('kubectl-expose'),
  labels: string('Labels of the service, as KEY=VALUE with commas between them.', { short: 'l' }),
  'load-balancer-ip': string('Address for the load balancer.'),
  name: string('Name of the service; that of what is exposed without it.'),
  port: string('Port of the service; that of what is exposed without it.'),
  protocol: string('TCP, UDP or SCTP; TCP without it.'),
  'save-config': SAVE_CONFIG,
  selector: string('Labels of the pods that the service is for; those of what is exposed without it.'),
  'session-affinity': string("'None' or 'ClientIP': whether a client stays with one pod."),
  'target-port': string('Port of the pods, by number or name; that of the service without it.'),
  type: string('ClusterIP, NodePort, LoadBalancer or ExternalName; ClusterIP without it.'),
} as const satisfies FlagSpecs;
type ExposeCall = Call<typeof flags>;

export const command = defineCommand({
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  long: 'Makes a service for a deployment, a replica set, a replication controller, a pod or another service: its selector is that of what is exposed.',
  examples: `# Port 80 of the service is port 8080 of the pods
kubectl expose deployment web --port=80 --target-port=8080

# At a port of the nodes
kubectl expose pod web --port=80 --type=NodePort --name=web-out`,
  flags,
  async run(call, kubectl) {
    const { flags: given } = call;
    const dryRun = dryRunOf(given['dry-run'], kubectl);
    const report = await reporter(given, kubectl, 'exposed', dryRun, { isTyped: dryRun === 'client' });
    const { name: namespace, isExplicit } = await kubectl.namespace();
    const selected = await select(kubectl, { args: call.args, files: given, namespace, enforceNamespace: isExplicit, continueOnError: true });
    // What the first object lends to its service, those behind it get too, unless flags say otherwise.
    const lent: Lent = {};
    await selected.visit(async (info) => {
      requireBuiltIn(info);
      const service = recorded(call, await overridden(serviceFor(info, call, lent), given, kubectl));
      if (dryRun === 'client') {
        const { name = '', ...metadata } = metadataOf(service);
        return report(isExplicit ? { ...service, metadata: { name, namespace, ...metadata } } : service);
      }
      const client = await kubectl.client(builtIn('', 'v1', 'services'));
      const write = { fieldManager: given['field-manager'], dryRun: dryRun === 'server' };
      report(await client.create({ namespace }, refreshTypedLastApplied(service, given['save-config']), write));
    });
  },
});

interface Lent {
  selector?: TextMap;
  port?: string;
  ports?: readonly string[];
  labels?: TextMap;
}

function serviceFor({ resource, name, content }: Info, { flags: given }: ExposeCall, lent: Lent): JsonObject {
  const { selector: selectorOf, ports: portsOf } = exposable({ group: resource?.group ?? '', kind: resource?.kind ?? '' });
  if (!given.selector) lent.selector ??= selectorOf(content);
  const isHeadless = given['cluster-ip'] === 'None';
  const found = portsOf(content);
  if (!given.port && !lent.port) {
    const distinct = [...new Set(found.map(({ port }) => port))];
    if (!distinct.length && !isHeadless) throw new CommandError("couldn't find port via --port flag or introspection");
    if (distinct.length === 1) lent.port = distinct[0] ?? '';
    else if (distinct.length > 1) lent.ports = distinct;
  }
  if (!given.labels && !lent.labels) {
    const { labels } = metadataOf(content);
    if (isJsonObject(labels) && Object.keys(labels).length) lent.labels = labels as TextMap;
  }
  const selector = given.selector ? labelPairs(given.selector) : (lent.selector ?? {});
  if (!Object.keys(selector).length) throw new CommandError('selector must be specified');
  const labels = given.labels ? labelPairs(given.labels) : lent.labels;
  const words = lent.ports ?? (given.port || lent.port ? (given.port || lent.port || '').split(',') : []);
  const ports = servicePorts(words, found, given);
  const affinity = given['session-affinity'];
  if (affinity && affinity !== 'None' && affinity !== 'ClientIP') throw new CommandError(`unknown session affinity: ${affinity}`);
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: given.name || name.slice(0, LONGEST_NAME), ...(labels ? { labels } : {}) },
    spec: {
      ...(ports.length ? { ports } : {}),
      selector,
      ...(given['cluster-ip'] ? { clusterIP: given['cluster-ip'] } : {}),
      ...(given.type ? { type: given.type } : {}),
      ...(given['external-ip'] ? { externalIPs: [given['external-ip']] } : {}),
      ...(affinity ? { sessionAffinity: affinity } : {}),
      ...(given.type === 'LoadBalancer' && given['load-balancer-ip'] ? { loadBalancerIP: given['load-balancer-ip'] } : {}),
    },
    status: { loadBalancer: {} },
  };
}

/** A port that is used with several protocols becomes a port of the service for each. */
function servicePorts(words: readonly string[], found: readonly PortSpec[], given: ExposeCall['flags']): readonly JsonObject[] {
  const target = given['target-port'] ? intOrText(given['target-port']) : undefined;
  return words.flatMap((word, i) => {
    if (!/^[+-]?\d+$/.test(word)) throw new CommandError(`strconv.Atoi: parsing ${goQuote(word)}: invalid syntax`);
    const port = Number(word) | 0;
    const protocols = found.filter((each) => each.port === word).map(({ protocol }) => protocol);
    const name = words.length > 1 ? `port-${i + 1}` : '';
    const one = (protocol: string, own: string): JsonObject => ({ ...(own ? { name: own } : {}), protocol, port, targetPort: target ?? port });
    if (given.protocol) return [one(given.protocol, name)];
    if (protocols.length > 1) return protocols.map((protocol) => one(protocol, `port-${i + 1}-${protocol.toLowerCase()}`));
    return [one(protocols[0] ?? 'TCP', name)];
  });
}
