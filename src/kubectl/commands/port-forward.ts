// kubectl port-forward: ports of this machine that lead to a pod. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/portforward/portforward.go
import { defineCommand, usageError } from '../command.ts';
import { CommandError } from '../failures.ts';
import { duration, strings } from '../flags/flag.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, textField } from '../resources/info.ts';
import { parsedPorts, resolvedPorts } from '../streams/forwarded-ports.ts';
import { forwardPorts, listenAddresses } from '../streams/forwarding.ts';
import { phaseOf } from '../streams/pod-fields.ts';
import { attachablePod, PODS } from '../streams/pods-of.ts';

export const command = defineCommand({
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  long: 'Listens on ports of this machine and leads each connection to a port of a pod, until it is stopped or the pod ends.\n\n With a type that stands for several pods, one of them is taken. Without a type, a pod is meant.',
  examples: `# Port 8080 here to port 80 of the pod
kubectl port-forward web 8080:80

# Any port here to the target of a service port
kubectl port-forward svc/web :http

# On all addresses of this machine
kubectl port-forward --address 0.0.0.0 deploy/web 8080:80`,
  flags: {
    address: strings('Addresses to listen on: IP addresses, or localhost for 127.0.0.1 and ::1, of which one is enough.', { preset: ['localhost'] }),
    'pod-running-timeout': duration('How long to wait until there is a pod.', { preset: 60_000 }),
  },
  interruptedExit: 0,
  async run(call, kubectl) {
    const { args, flags: given } = call;
    const [resource = '', ...ports] = args;
    if (!ports.length) throw usageError(call, 'TYPE/NAME and list of ports are required for port-forward');
    if (given['pod-running-timeout'] <= 0) throw usageError(call, '--pod-running-timeout must be higher than zero');
    const { name: namespace } = await kubectl.namespace();
    const { infos, error } = await (await select(kubectl, { named: { type: 'pods', names: [resource] }, namespace, continueOnError: true })).infos();
    if (error) throw error;
    const [info] = infos;
    if (!info) throw new CommandError('pod name or resource type/name must be specified');
    const object = info.content;
    const pod = await attachablePod(kubectl, object, given['pod-running-timeout']);
    const resolved = resolvedPorts(ports, pod, textField(object, 'kind') === 'Service' ? object : undefined);
    const name = textField(metadataOf(pod), 'name');
    const now = await (await kubectl.client(PODS)).get({ namespace, name });
    if (phaseOf(now) !== 'Running') throw new CommandError(`unable to forward port because pod is not running. Current status=${phaseOf(now)}`);
    const addresses = listenAddresses(given.address);
    await forwardPorts(kubectl, { namespace, pod: name, addresses, ports: parsedPorts(resolved) });
  },
});
