// kubectl cluster-info: where the control plane and the services of the cluster are. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { listOf, textOf } from '../config/kubeconfig-files.ts';
import { defineCommand } from '../command.ts';
import { select } from '../resources/builder.ts';
import { metadataOf } from '../resources/info.ts';

export const command = defineCommand({
  usage: '[flags]',
  long: "Shows the addresses of the control plane and of services with the label kubernetes.io/cluster-service=true. 'kubectl cluster-info dump' tells more.",
  examples: '# Where everything is\nkubectl cluster-info',
  async run(_call, kubectl) {
    const { server } = await kubectl.wire();
    const say = (name: string, link: string): void => kubectl.print(`${name} is running at ${link}\n`);
    try {
      const selected = await select(kubectl, {
        args: ['services'],
        namespace: kubectl.flags.namespace || 'kube-system',
        labelSelector: 'kubernetes.io/cluster-service=true',
        flatten: false,
        latest: true,
      });
      await selected.visit(async (info) => {
        say('Kubernetes control plane', server);
        for (const service of listOf(info.content['items']).filter(isJsonObject)) {
          const { name, labels } = metadataOf(service);
          say((isJsonObject(labels) ? textOf(labels['kubernetes.io/name']) : '') || textOf(name), linkOf(service, server));
        }
      });
    } finally {
      kubectl.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    }
  },
});

interface ServiceFields {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

function linkOf(service: JsonObject, server: string): string {
  const { spec, status } = service as ServiceFields;
  const metadata = metadataOf(service);
  const ports = spec?.ports ?? [];
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  if (ingress) return ports.map(({ port }) => `http://${ingress.ip || (ingress.hostname ?? '')}:${port} `).join('');
  const [first] = ports;
  const name = textOf(metadata['name']);
  const scheme = first && (first.name === 'https' || first.port === 443) ? 'https' : '';
  const port = first?.name ?? '';
  const named = scheme ? `${scheme}:${name}:${port}` : port ? `${name}:${port}` : name;
  return `${server}/api/v1/namespaces/${textOf(metadata['namespace'])}/services/${named}/proxy`;
}
