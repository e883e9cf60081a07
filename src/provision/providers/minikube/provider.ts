// Minikube: one or several nodes in containers or virtual machines of this machine.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { resolveVersion } from '../../cluster-file/versions.ts';
import type { LocalPlan, LocalStep } from '../local/local-plan.ts';
import type { Machine } from '../local/machine.ts';
import type { Detection, LocalCluster, LocalProvider, LocalState, Missing, NodeState, Place } from '../provider.ts';
import { chooseDriver, driverName } from './drivers.ts';
import { type MinikubeFile, minikubeRelations, minikubeSchema, profileOf } from './schema.ts';

const LOOK_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 30 * 60_000;
const DELETE_TIMEOUT_MS = 5 * 60_000;
/** What `minikube status` ends with for a profile that is not there. */
const PROFILE_NOT_FOUND = 85;
/** Network plugins of minikube that enforce policies. */
const ENFORCERS: readonly MinikubeFile['cni'][] = ['calico', 'cilium'];

const GET: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    'curl -LO https://storage.googleapis.com/minikube/releases/latest/minikube-linux-$(dpkg --print-architecture) && sudo install minikube-linux-* /usr/local/bin/minikube',
    'packages and other machines: https://minikube.sigs.k8s.io/docs/start/',
  ],
  darwin: ['brew install minikube', 'without Homebrew: https://minikube.sigs.k8s.io/docs/start/'],
  win32: ['winget install Kubernetes.minikube', 'others: https://minikube.sigs.k8s.io/docs/start/'],
};

export const minikube: LocalProvider<MinikubeFile> = {
  name: 'minikube',
  schema: minikubeSchema,
  relations: minikubeRelations,
  cluster(file): LocalCluster {
    const profile = profileOf(file);
    const version = resolveVersion(file.kubernetesVersion)?.full ?? file.kubernetesVersion;
    const planOf = (place: Place, steps: readonly LocalStep[], assumptions: readonly string[] = []): LocalPlan => ({
      cluster: file.name,
      provider: 'minikube',
      assumptions,
      environment: { KUBECONFIG: place.kubeconfig },
      steps,
    });
    return {
      name: file.name,
      provider: 'minikube',
      version,
      size: `${file.nodes} node${file.nodes === 1 ? '' : 's'}`,
      nodeCount: file.nodes,
      resumes: true,
      context: profile,
      capabilities: {
        workers: file.nodes - 1,
        containers: true,
        metrics: file.addons.includes('metrics-server'),
        'network-policy': ENFORCERS.includes(file.cni),
        ingress: file.addons.includes('ingress'),
        'dynamic-volumes': true,
      },
      hints: { changeSize: `minikube node add -p ${profile}`, remove: `minikube delete -p ${profile}` },
      detect: (machine) => detect(machine, file),
      plan(detection, place) {
        const chosen = detection?.chosen['driver'];
        const driver = chosen ?? (file.driver === undefined ? 'docker' : driverName(file.driver));
        const args = startArguments(file, driver, version);
        const assumptions = chosen === undefined && file.driver === undefined ? ['the driver: docker; what is taken is the first that is installed'] : [];
        return planOf(
          place,
          [
            {
              id: 'check',
              says: 'let minikube check the settings',
              why: 'its dry run finds what does not fit this machine, and changes nothing',
              program: 'minikube',
              args: ['start', '--dry-run', ...args],
              looks: true,
              timeoutMs: LOOK_TIMEOUT_MS,
            },
            {
              id: 'start',
              says: 'start the cluster',
              why: `${file.nodes === 1 ? 'a node' : `${file.nodes} nodes`} by the driver ${driver}; it is waited for until all of Kubernetes is there`,
              program: 'minikube',
              args: ['start', ...args],
              timeoutMs: START_TIMEOUT_MS,
            },
          ],
          assumptions,
        );
      },
      state: (machine) => stateOf(machine, profile),
      kubeconfigPlan: (place) => ({
        ...planOf(place, [
          {
            id: 'kubeconfig',
            says: 'write the kubeconfig',
            why: 'minikube knows where the API server listens now',
            program: 'minikube',
            args: ['update-context', '-p', profile],
            timeoutMs: LOOK_TIMEOUT_MS,
          },
        ]),
        printed: false,
      }),
      removal: (place) =>
        planOf(place, [
          {
            id: 'delete',
            says: 'delete the cluster',
            why: 'its nodes and everything in them are gone',
            program: 'minikube',
            args: ['delete', '-p', profile],
            timeoutMs: DELETE_TIMEOUT_MS,
          },
        ]),
    };
  },
};

/** The words after `minikube start`. */
function startArguments(file: MinikubeFile, driver: string, version: string): readonly string[] {
  // On the machine itself there is nothing to give a size to.
  const sizes = driver === 'none' ? [] : [`--cpus=${file.cpus}`, ...(file.memory === undefined ? [] : [`--memory=${file.memory}`]), `--disk-size=${file.disk}`];
  return [
    '-n',
    String(file.nodes),
    `--driver=${driver}`,
    `--container-runtime=${file.runtime}`,
    `--cni=${file.cni}`,
    '-p',
    profileOf(file),
    `--kubernetes-version=${version}`,
    ...sizes,
    ...(file.addons.length ? [`--addons=${file.addons.join(',')}`] : []),
    '--embed-certs',
    '--interactive=false',
    '--wait=all',
  ];
}

async function detect(machine: Machine, { driver: asked }: MinikubeFile): Promise<Detection> {
  const [said, look] = await Promise.all([machine.run('minikube', ['version', '--output=json'], { timeoutMs: LOOK_TIMEOUT_MS }), chooseDriver(machine, asked)]);
  const missing: Missing[] = [];
  const version = said && jsonOf(said.stdout);
  if (!said) missing.push({ what: 'minikube is not installed', why: 'there is no minikube on the PATH', get: GET[machine.platform] ?? GET.linux ?? [] });
  if ('missing' in look) missing.push(look.missing);
  const found = isJsonObject(version) && typeof version['minikubeVersion'] === 'string' ? version['minikubeVersion'] : 'of an unknown version';
  return { found: said ? { minikube: found } : {}, missing, chosen: 'driver' in look ? { driver: look.driver } : {} };
}

async function stateOf(machine: Machine, profile: string): Promise<LocalState> {
  const said = await machine.run('minikube', ['status', '-p', profile, '-o', 'json'], { timeoutMs: LOOK_TIMEOUT_MS });
  const told = said && said.exitCode !== PROFILE_NOT_FOUND ? jsonOf(said.stdout) : undefined;
  const nodes = (Array.isArray(told) ? told : [told]).flatMap((each: unknown) => nodeOf(each) ?? []);
  if (said && said.exitCode !== PROFILE_NOT_FOUND && !nodes.length)
    throw new AppError({
      code: 'PROVIDER_FAILED',
      what: 'minikube does not say how the cluster is',
      why: `minikube status -p ${profile} -o json: exit code ${said.exitCode}\n${`${said.stdout}\n${said.stderr}`.trim().split('\n').slice(-8).join('\n')}`,
      next: [`look for yourself: minikube status -p ${profile}`, 'what minikube did last: minikube logs'],
      exitCode: EXIT.remoteCommand,
    });
  if (!nodes.length) return { state: 'absent', nodes };
  return { state: nodes.every(({ runs }) => runs) ? 'running' : 'stopped', nodes };
}

/** One entry of `minikube status -o json`; what does not apply to a worker is `Irrelevant`. */
function nodeOf(entry: unknown): NodeState | undefined {
  if (!isJsonObject(entry) || typeof entry['Name'] !== 'string') return undefined;
  const parts = Object.fromEntries(
    (['Host', 'Kubelet', 'APIServer'] as const).flatMap((part) => {
      const value = entry[part];
      return typeof value === 'string' && value !== 'Irrelevant' ? [[part.toLowerCase(), value]] : [];
    }),
  );
  return {
    name: entry['Name'],
    role: entry['Worker'] === true ? 'worker' : 'control-plane',
    parts,
    runs: Object.values(parts).every((value) => value === 'Running'),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // an old minikube, or a complaint in its place
  }
}
