// Images of Kubernetes itself, of its tests and documentation, and of what clusters usually add.
import type { ImageRepository, ServerProgram } from '../image-repository.ts';

const HEALTH = ['/livez', '/readyz', '/healthz', '/metrics'];
const component = (name: string, port: number, sizeMb: number): ImageRepository =>
  ({ name: `registry.k8s.io/${name}`, tags: /v1\.(1\d|2\d|3[0-5])\.\d{1,2}/, sizeMb, base: 'none', entrypoint: [name], servers: { [name]: { ports: [port], http: { [port]: HEALTH }, tls: [port], stopCode: 0 } } });
const silent = (ports: readonly number[], stopCode = 0): ServerProgram => ({ ports, http: Object.fromEntries(ports.map((port) => [port, 'any'] as const)), stopCode });
const PAUSE: Omit<ImageRepository, 'name'> = { tags: /latest|1\.0|0\.8\.0|go|test|2\.0|3\.\d{1,2}(\.\d)?/, sizeMb: 0.3, base: 'none', uid: 65535, entrypoint: ['/pause'], servers: { pause: { ports: [], stopCode: 0 } } };
const agnhost: ServerProgram = { ports: [8080], http: { 8080: 'any' }, stopCode: 0 };

const COMPONENTS: readonly ImageRepository[] = [
  component('kube-apiserver', 6443, 27.7),
  component('kube-controller-manager', 10257, 23.1),
  component('kube-scheduler', 10259, 17.2),
  { name: 'registry.k8s.io/kube-proxy', tags: /v1\.(1\d|2\d|3[0-5])\.\d{1,2}/, sizeMb: 25.8, base: 'none', entrypoint: ['/go-runner'], command: ['kube-proxy'], servers: { 'kube-proxy': { ports: [10249, 10256], http: { 10249: HEALTH, 10256: HEALTH }, stopCode: 2 } } },
  { name: 'registry.k8s.io/etcd', tags: /3\.[3-6]\.\d{1,2}-\d|v3\.6\.\d+/, sizeMb: 23.6, base: 'none', entrypoint: ['etcd'], servers: { etcd: { ports: [2379, 2380, 2381], http: { 2381: HEALTH }, stopCode: 0 } } },
  { name: 'registry.k8s.io/coredns/coredns', tags: /v1\.(\d|1[0-4])\.\d/, sizeMb: 23.6, base: 'none', entrypoint: ['/coredns'], servers: { coredns: { ports: [53, 8080, 8181, 9153], http: { 8080: ['/health'], 8181: ['/ready'], 9153: ['/metrics'] }, stopCode: 0, greeting: ['.:53', 'CoreDNS-1.13.1', 'linux/amd64, go1.25.2, 1db4568'] } } },
  { name: 'registry.k8s.io/pause', ...PAUSE },
  { name: 'k8s.gcr.io/pause', ...PAUSE },
  { name: 'gcr.io/google_containers/pause', ...PAUSE },
  { name: 'registry.k8s.io/e2e-test-images/agnhost', tags: /2\.\d{1,2}/, sizeMb: 52.9, base: 'alpine', entrypoint: ['/agnhost'], command: ['pause'], servers: { agnhost, 'agnhost pause': { ports: [], stopCode: 0 } } },
  { name: 'registry.k8s.io/e2e-test-images/httpd', tags: /2\.4\.(38|39)-\d/, sizeMb: 41, base: 'debian', command: ['httpd-foreground'], servers: { 'httpd-foreground': { ports: [80], http: { 80: ['/', '/index.html'] }, stopCode: 0 } } },
  { name: 'registry.k8s.io/e2e-test-images/nginx', tags: /1\.1[45]-\d/, sizeMb: 7, base: 'alpine', command: ['nginx', '-g', 'daemon off;'], servers: { nginx: { ports: [80], http: { 80: ['/', '/index.html'] }, stopCode: 0 } } },
  { name: 'registry.k8s.io/e2e-test-images/busybox', tags: /1\.(29|36\.1)-\d/, sizeMb: 0.8, base: 'busybox', command: ['sh'] },
  { name: 'registry.k8s.io/e2e-test-images/jessie-dnsutils', tags: /1\.\d/, sizeMb: 112, base: 'debian', command: ['/bin/sh', '-c', 'sleep infinity'] },
  { name: 'registry.k8s.io/busybox', tags: /latest|1\.(24|27\.2|27)/, sizeMb: 0.7, base: 'busybox', command: ['sh'] },
  { name: 'k8s.gcr.io/busybox', tags: /latest|1\.(24|27\.2|27)/, sizeMb: 0.7, base: 'busybox', command: ['sh'] },
  { name: 'registry.k8s.io/nginx-slim', tags: /0\.(8|2\d)/, sizeMb: 56, base: 'debian', command: ['nginx', '-g', 'daemon off;'], servers: { nginx: { ports: [80], http: { 80: ['/', '/index.html'] }, webRoot: '/usr/share/nginx/html', stopCode: 0 } } },
  { name: 'k8s.gcr.io/nginx-slim', tags: /0\.8/, sizeMb: 56, base: 'debian', command: ['nginx', '-g', 'daemon off;'], servers: { nginx: { ports: [80], http: { 80: ['/', '/index.html'] }, stopCode: 0 } } },
  { name: 'registry.k8s.io/hpa-example', tags: /latest/, sizeMb: 180, base: 'debian', command: ['apache2-foreground'], servers: { 'apache2-foreground': silent([80]) } },
  { name: 'k8s.gcr.io/hpa-example', tags: /latest/, sizeMb: 180, base: 'debian', command: ['apache2-foreground'], servers: { 'apache2-foreground': silent([80]) } },
  { name: 'registry.k8s.io/echoserver', tags: /1\.(4|8|10)/, sizeMb: 43, base: 'debian', command: ['nginx', '-g', 'daemon off;'], servers: { nginx: silent([8080]) } },
  { name: 'k8s.gcr.io/echoserver', tags: /1\.(4|8|10)/, sizeMb: 43, base: 'debian', command: ['nginx', '-g', 'daemon off;'], servers: { nginx: silent([8080]) } },
  { name: 'registry.k8s.io/metrics-server/metrics-server', tags: /v0\.\d\.\d/, sizeMb: 22, base: 'none', uid: 65534, entrypoint: ['/metrics-server'], servers: { 'metrics-server': { ports: [10250], http: { 10250: HEALTH }, tls: [10250], stopCode: 0 } } },
  { name: 'registry.k8s.io/ingress-nginx/controller', tags: /v1\.\d{1,2}\.\d/, sizeMb: 110, base: 'alpine', uid: 101, entrypoint: ['/usr/bin/dumb-init', '--'], command: ['/nginx-ingress-controller'], servers: { 'nginx-ingress-controller': { ports: [80, 443, 8443, 10254], http: { 80: 'any', 443: 'any', 8443: 'any', 10254: HEALTH }, tls: [443, 8443], stopCode: 0 } } },
  { name: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen', tags: /v[\d.]+/, sizeMb: 24, base: 'none', uid: 65532, entrypoint: ['/kube-webhook-certgen'], tools: { 'kube-webhook-certgen': [] } },
  { name: 'registry.k8s.io/kube-state-metrics/kube-state-metrics', tags: /v2\.\d+\.\d/, sizeMb: 14, base: 'none', uid: 65534, entrypoint: ['/kube-state-metrics'], servers: { 'kube-state-metrics': silent([8080, 8081]) } },
  { name: 'registry.k8s.io/addon-resizer', tags: /1\.8\.\d+/, sizeMb: 9, base: 'none', command: ['/pod_nanny'], servers: { pod_nanny: silent([]) } },
];

const ADD_ONS: readonly ImageRepository[] = [
  { name: 'ghcr.io/flannel-io/flannel', tags: /v0\.2\d\.\d/, sizeMb: 31, base: 'alpine', entrypoint: ['/opt/bin/flanneld'], servers: { flanneld: silent([]) } },
  { name: 'ghcr.io/flannel-io/flannel-cni-plugin', tags: /v1\.\d\.\d-flannel\d/, sizeMb: 5, base: 'busybox', command: ['sh'] },
  { name: 'docker.io/calico/node', tags: /v3\.\d+\.\d+/, sizeMb: 145, base: 'debian', command: ['start_runit'], servers: { start_runit: silent([9099]) } },
  { name: 'docker.io/calico/kube-controllers', tags: /v3\.\d+\.\d+/, sizeMb: 35, base: 'none', entrypoint: ['/usr/bin/kube-controllers'], servers: { 'kube-controllers': silent([]) } },
  { name: 'docker.io/fluent/fluentd', tags: /latest|edge|v1(\.\d+)?(\.\d+)?(-\d(\.\d)?)?(-debian|-alpine)?/, sizeMb: 19, base: 'alpine', uid: 999, entrypoint: ['tini', '--', '/bin/entrypoint.sh'], command: ['fluentd'], servers: { fluentd: silent([24224]) } },
  { name: 'quay.io/fluentd_elasticsearch/fluentd', tags: /v[234]\.\d\.\d/, sizeMb: 81, base: 'debian', command: ['/entrypoint.sh'], servers: { 'entrypoint.sh': silent([24224]) } },
  { name: 'k8s.gcr.io/fluentd-elasticsearch', tags: /1\.\d+|v2\.\d\.\d/, sizeMb: 52, base: 'debian', command: ['/run.sh'], servers: { 'run.sh': silent([24224]) } },
  { name: 'docker.io/fluent/fluent-bit', tags: /latest|[1-4]\.\d(\.\d+)?/, sizeMb: 32, base: 'none', entrypoint: ['/fluent-bit/bin/fluent-bit'], servers: { 'fluent-bit': silent([2020]) } },
  { name: 'docker.io/prom/prometheus', tags: /latest|v[23]\.\d+\.\d/, sizeMb: 112, base: 'busybox', uid: 65534, entrypoint: ['/bin/prometheus'], servers: { prometheus: silent([9090]) } },
  { name: 'docker.io/prom/node-exporter', tags: /latest|v1\.\d+\.\d/, sizeMb: 12, base: 'busybox', uid: 65534, entrypoint: ['/bin/node_exporter'], servers: { node_exporter: silent([9100]) } },
  { name: 'docker.io/prom/alertmanager', tags: /latest|v0\.\d+\.\d/, sizeMb: 33, base: 'busybox', uid: 65534, entrypoint: ['/bin/alertmanager'], servers: { alertmanager: silent([9093]) } },
  { name: 'docker.io/prom/pushgateway', tags: /latest|v1\.\d+\.\d/, sizeMb: 10, base: 'busybox', uid: 65534, entrypoint: ['/bin/pushgateway'], servers: { pushgateway: silent([9091]) } },
  { name: 'docker.io/grafana/grafana', tags: /latest|(8|9|10|11|12)\.\d\.\d/, sizeMb: 170, base: 'alpine', uid: 472, entrypoint: ['/run.sh'], servers: { 'run.sh': silent([3000]) } },
  { name: 'docker.io/kubernetesui/dashboard', tags: /v2\.\d\.\d/, sizeMb: 75, base: 'none', entrypoint: ['/dashboard'], servers: { dashboard: { ports: [8443, 9090], http: { 8443: 'any', 9090: 'any' }, tls: [8443], stopCode: 0 } } },
  { name: 'quay.io/prometheus/node-exporter', tags: /latest|v1\.\d+\.\d/, sizeMb: 12, base: 'busybox', uid: 65534, entrypoint: ['/bin/node_exporter'], servers: { node_exporter: silent([9100]) } },
  { name: 'docker.io/rancher/local-path-provisioner', tags: /v0\.0\.\d+/, sizeMb: 18, base: 'alpine', entrypoint: ['/usr/bin/entrypoint.sh'], command: ['local-path-provisioner'], servers: { 'local-path-provisioner': silent([]) } },
];

export const KUBERNETES_IMAGES: readonly ImageRepository[] = [...COMPONENTS, ...ADD_ONS];
