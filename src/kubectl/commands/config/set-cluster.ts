// kubectl config set-cluster. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/set_cluster.go
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import { withEntry } from '../../config/kubeconfig-model.ts';
import { absolute } from '../../config/paths.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { string, tristate } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import { embedded, requireFile } from './certificates.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';

export const command = defineCommand({
  usage: 'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  long: 'Makes a cluster, or sets what is named of one that is there.',
  examples: '# Where the server of the cluster lab is\nkubectl config set-cluster lab --server=https://10.0.0.5:6443',
  flags: {
    server: string('Address of the server.'),
    'tls-server-name': string("Name to expect in the server's certificate."),
    'insecure-skip-tls-verify': tristate("Do not check the server's certificate."),
    'certificate-authority': string('File with the certificate of the authority that signed the server.'),
    'embed-certs': tristate('Keep the certificate in the kubeconfig itself.'),
    'proxy-url': string('Address of a proxy.'),
  },
  async run(call, kubectl) {
    const { args, flags, changed } = call;
    const [name = ''] = args;
    if (args.length !== 1) throw unexpectedArguments(call);
    const ca = flags['certificate-authority'];
    const isInsecure = flags['insecure-skip-tls-verify'] === 'true';
    const embeds = flags['embed-certs'] === 'true';
    if (!name) throw new CommandError('you must specify a non-empty cluster name');
    if (isInsecure && ca) throw new CommandError('you cannot specify a certificate authority and insecure mode at the same time');
    if (embeds) {
      if (!ca) throw new CommandError('you must specify a --certificate-authority to embed');
      await requireFile(kubectl.ports, 'certificate-authority', ca);
    }
    const model = await readModel(kubectl);
    const set: Record<string, JsonValue> = {};
    // Another server has another name.
    if (changed('server')) Object.assign(set, { server: flags.server, 'tls-server-name': '' });
    if (changed('tls-server-name')) set['tls-server-name'] = flags['tls-server-name'];
    if (changed('insecure-skip-tls-verify')) {
      set['insecure-skip-tls-verify'] = isInsecure;
      if (isInsecure) Object.assign(set, { 'certificate-authority': '', 'certificate-authority-data': '' });
    }
    if (changed('certificate-authority')) Object.assign(set, embeds ? await embeddedCa(ca) : fileCa(ca));
    if (changed('proxy-url')) set['proxy-url'] = flags['proxy-url'];
    await saveModel(kubectl, model, withEntry(model, 'clusters', name, { ...model.clusters.get(name)?.fields, ...set }));
    kubectl.print(`Cluster ${goQuote(name)} set.\n`);

    async function embeddedCa(path: string): Promise<JsonObject> {
      return { 'certificate-authority-data': await embedded(kubectl.ports, path), 'insecure-skip-tls-verify': false, 'certificate-authority': '' };
    }
    function fileCa(path: string): JsonObject {
      return { 'certificate-authority': absolute(path, kubectl.ports.files.cwd), 'insecure-skip-tls-verify': false, 'certificate-authority-data': '' };
    }
  },
});
