// Proves from outside that pods of a cluster reach each other: across nodes by address, by the name of a Service, and through the API by exec and logs.
import { ckadet } from '../fixtures/ckadet.ts';
import { scratchFolder } from '../fixtures/scratch.ts';

const NAMESPACE = 'ckadet-proof';
const MANIFEST = `apiVersion: v1
kind: Namespace
metadata: {name: ${NAMESPACE}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: everywhere, namespace: ${NAMESPACE}}
spec:
  selector: {matchLabels: {app: everywhere}}
  template:
    metadata: {labels: {app: everywhere}}
    spec:
      terminationGracePeriodSeconds: 0
      tolerations: [{operator: Exists}]
      containers:
        - name: shell
          image: busybox:1.36
          command: [sh, -c, "echo started; trap exit TERM; while :; do sleep 1; done"]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${NAMESPACE}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      tolerations: [{operator: Exists, effect: NoSchedule}]
      containers:
        - {name: nginx, image: "nginx:1.27", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ${NAMESPACE}}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

/** What did not hold; with our own kubectl, through the kubeconfig's server. */
export async function provePods(kubeconfig: string): Promise<readonly string[]> {
  const home = scratchFolder();
  const problems: string[] = [];
  const kubectl = async (args: readonly string[], input?: string): Promise<string> => {
    const words = ['kubectl', '--kubeconfig', kubeconfig, '-n', NAMESPACE, ...args];
    const { exitCode, stdout, stderr } = await ckadet(words, { home, ...(input === undefined ? {} : { input }) });
    if (exitCode !== 0) problems.push(`kubectl ${args.join(' ')}: ${stderr || stdout}`);
    return stdout;
  };
  await kubectl(['apply', '-f', '-'], MANIFEST);
  await kubectl(['rollout', 'status', 'daemonset/everywhere', '--timeout=180s']);
  await kubectl(['rollout', 'status', 'deployment/web', '--timeout=180s']);
  const template = '{range .items[*]}{.metadata.name} {.spec.nodeName} {.status.podIP}{"\\n"}{end}';
  const pods = (await kubectl(['get', 'pods', '-l', 'app=everywhere', '-o', `jsonpath=${template}`]))
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  for (const [pod = '', node = ''] of pods) {
    for (const [, other, address = ''] of pods) if (other !== node) await kubectl(['exec', pod, '--', 'ping', '-c', '1', '-W', '3', address]);
    await kubectl(['exec', pod, '--', 'nslookup', '-type=a', `web.${NAMESPACE}.svc.cluster.local`]);
    const page = await kubectl(['exec', pod, '--', 'wget', '-q', '-T', '5', '-O', '-', `http://web.${NAMESPACE}/`]);
    if (!page.includes('nginx')) problems.push(`the page that ${pod} gets has no nginx in it: ${page.slice(0, 200)}`);
  }
  const [[first = ''] = []] = pods;
  if ((await kubectl(['logs', first])) !== 'started\n') problems.push(`the log of ${first} is not what it printed`);
  await kubectl(['delete', 'namespace', NAMESPACE, '--wait=true']);
  return problems;
}
