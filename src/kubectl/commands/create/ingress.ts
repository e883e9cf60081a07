// kubectl create ingress: hosts, paths, services and TLS out of rules such as shop.example/cart*=api:80,tls=shop.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_ingress.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { array, string } from '../../flags/flag.ts';
import { intOrText } from '../../writes/int-or-text.ts';
import { builtIn, Generation, GENERATOR_FLAGS } from './generated.ts';

const RULE = /^(?<host>[\w*\-.]*)(?<path>\/.*)=(?<service>[\w-]+):(?<port>[\w-]+)(?:,(?<tls>tls)=?(?<secret>[\w-]+)?)?/;

export const command = defineCommand({
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]]',
  long: 'Makes an ingress of that name.\n\n A path that ends in * means everything that begins so (Prefix); all others are meant to the letter (Exact).',
  examples: `# One path of one host
kubectl create ingress shop --rule="shop.example/cart=api:80"

# Everything of a host, with TLS, by a class
kubectl create ingress shop --class=nginx --rule="shop.example/*=web:http,tls=shop"

# Whatever no rule matches
kubectl create ingress fallback --default-backend=web:80`,
  flags: {
    ...GENERATOR_FLAGS,
    class: string('Class of the ingress.'),
    rule: array('Rule as HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; can be given several times.'),
    'default-backend': string('Where everything else goes, as SERVICE:PORT.'),
    annotation: array('Annotation of the ingress, as KEY=VALUE.'),
  },
  async run(call, kubectl) {
    const { class: ingressClassName, rule: rules, 'default-backend': defaultBackend, annotation } = call.flags;
    const generation = await Generation.of(call, kubectl);
    if (!defaultBackend && !rules.length)
      throw new CommandError(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    const odd = rules.find((rule) => !RULE.test(rule));
    if (odd !== undefined) throw new CommandError(`rule ${odd} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    const plain = annotation.find((each) => !each.includes('='));
    if (plain !== undefined) throw new CommandError(`annotation ${plain} is invalid and should be in format key=[value]`);
    if (defaultBackend && defaultBackend.split(':').length !== 2) throw new CommandError('default-backend should be in format servicename:serviceport');
    const tls = tlsOf(rules);
    const byHost = rulesOf(rules);
    await generation.make(
      builtIn('networking.k8s.io', 'v1', 'ingresses'),
      {
        kind: 'Ingress',
        apiVersion: 'networking.k8s.io/v1',
        metadata: generation.metadata(annotation.length ? { annotations: annotationsOf(annotation) } : {}),
        spec: {
          ...(ingressClassName ? { ingressClassName } : {}),
          ...(defaultBackend ? { defaultBackend: backend(defaultBackend) } : {}),
          ...(tls.length ? { tls } : {}),
          ...(byHost.length ? { rules: byHost } : {}),
        },
        status: { loadBalancer: {} },
      },
      'failed to create ingress:',
    );
  },
});

const annotationsOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));

/** Secrets with the hosts they are for; a host counts once. */
function tlsOf(rules: readonly string[]): readonly JsonObject[] {
  const found: { hosts: string[]; secretName: string }[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    const parts = rule.split(',');
    const host = rule.slice(0, rule.indexOf('/'));
    if (parts.length !== 2 || seen.has(host)) continue;
    seen.add(host);
    const secretName = parts[1]?.split('=')[1] ?? '';
    const same = found.find((each) => each.secretName === secretName);
    if (same) same.hosts.push(host);
    else if (host || secretName) found.push({ hosts: host ? [host] : [], secretName });
  }
  return found.map(({ hosts, secretName }) => ({ ...(hosts.length ? { hosts } : {}), ...(secretName ? { secretName } : {}) }));
}

function rulesOf(rules: readonly string[]): readonly JsonObject[] {
  const byHost = new Map<string, JsonObject[]>();
  for (const rule of rules) {
    const [plain = ''] = rule.split(',');
    const slash = plain.indexOf('/');
    const host = plain.slice(0, slash);
    byHost.set(host, [...(byHost.get(host) ?? []), pathOf(plain.slice(slash + 1))]);
  }
  return [...byHost].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }));
}

function pathOf(text: string): JsonObject {
  const [tail = '', service = ''] = text.split('=');
  const path = `/${tail}`;
  return path.endsWith('*')
    ? { path: path.slice(0, -1), pathType: 'Prefix', backend: backend(service) }
    : { path, pathType: 'Exact', backend: backend(service) };
}

function backend(text: string): JsonObject {
  const [name = '', word = ''] = text.split(':');
  const port = intOrText(word);
  return { service: { name, port: typeof port === 'number' ? (port ? { number: port } : {}) : { name: port } } };
}
