// Kind: the nodes are containers of this machine.
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { resolveVersion } from '../../cluster-file/versions.ts';
import type { LocalPlan, LocalStep } from '../local/local-plan.ts';
import type { Machine } from '../local/machine.ts';
import type { Detection, LocalCluster, LocalProvider, LocalState, Missing, NodeState, Place } from '../provider.ts';
import { kindConfig } from './config.ts';
import { nodeImage } from './images.ts';
import { type KindFile, kindRelations, kindSchema } from './schema.ts';

const LOOK_TIMEOUT_MS = 60_000;
const CREATE_TIMEOUT_MS = 30 * 60_000;
const DELETE_TIMEOUT_MS = 5 * 60_000;
const CONFIG = 'kind.yaml';

/** What runs the nodes, in the order in which kind itself looks for it, and a command that fails when it does not work. */
const ENGINES = [
  { program: 'docker', works: ['version', '--format', '{{.Server.Version}}'] },
  { program: 'nerdctl', works: ['version', '--format', '{{.Client.Version}}'] },
  { program: 'podman', works: ['version', '--format', '{{.Client.Version}}'] },
] as const;

const GET_KIND: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    'with Go: go install sigs.k8s.io/kind@latest',
    'a binary: curl -Lo kind https://kind.sigs.k8s.io/dl/latest/kind-linux-$(dpkg --print-architecture) && sudo install kind /usr/local/bin/kind',
  ],
  darwin: ['brew install kind', 'with Go: go install sigs.k8s.io/kind@latest'],
  win32: ['winget install Kubernetes.kind', 'with Go: go install sigs.k8s.io/kind@latest'],
};
const GET_ENGINE: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['Debian and Ubuntu: sudo apt-get install docker.io', 'Fedora: sudo dnf install podman', 'others: https://docs.docker.com/engine/install/'],
  darwin: ['brew install --cask docker', 'or: brew install podman'],
  win32: ['winget install Docker.DockerDesktop'],
};

export const kind: LocalProvider<KindFile> = {
  name: 'kind',
  schema: kindSchema,
  relations: kindRelations,
  cluster(file): LocalCluster {
    const { name, controlPlanes, workers } = file;
    const { image, assumption } = nodeImage(file);
    const planOf = (place: Place, steps: readonly LocalStep[], assumptions: readonly string[] = []): LocalPlan => ({
      cluster: name,
      provider: 'kind',
      assumptions,
      environment: { KUBECONFIG: place.kubeconfig },
      steps,
    });
    return {
      name,
      provider: 'kind',
      version: file.image === undefined ? (resolvedTag(image) ?? image) : image,
      size: `${controlPlanes} control plane${controlPlanes === 1 ? '' : 's'}, ${workers} worker${workers === 1 ? '' : 's'}`,
      nodeCount: controlPlanes + workers,
      resumes: false,
      context: `kind-${name}`,
      capabilities: {
        workers,
        containers: true,
        // Its own network plugin enforces policies.
        'network-policy': !file.networking.disableDefaultCNI,
        'dynamic-volumes': true,
      },
      hints: { changeSize: `kind delete cluster --name ${name}`, remove: `kind delete cluster --name ${name}` },
      detect,
      plan: (_detection, place) =>
        planOf(
          place,
          [
            {
              id: 'create',
              says: 'create the cluster',
              why: `kind starts ${controlPlanes + workers} container${controlPlanes + workers === 1 ? '' : 's'} as nodes and runs kubeadm in them`,
              program: 'kind',
              args: [
                'create',
                'cluster',
                '--name',
                name,
                '--config',
                place.path(CONFIG),
                '--image',
                image,
                '--kubeconfig',
                place.kubeconfig,
                // Without a network plugin no node gets ready, and waiting would be in vain.
                ...(file.networking.disableDefaultCNI ? [] : ['--wait', '5m']),
              ],
              files: [{ path: place.path(CONFIG), content: kindConfig(file) }],
              timeoutMs: CREATE_TIMEOUT_MS,
            },
          ],
          assumption === undefined ? [] : [assumption],
        ),
      state: (machine) => stateOf(machine, name),
      kubeconfigPlan: (place) => ({
        ...planOf(place, [
          {
            id: 'kubeconfig',
            says: 'fetch the kubeconfig',
            why: 'kind reads it from the first control plane',
            program: 'kind',
            args: ['get', 'kubeconfig', '--name', name],
            timeoutMs: LOOK_TIMEOUT_MS,
          },
        ]),
        printed: true,
      }),
      removal: (place) =>
        planOf(place, [
          {
            id: 'delete',
            says: 'delete the cluster',
            why: 'its containers and everything in them are gone',
            program: 'kind',
            args: ['delete', 'cluster', '--name', name, '--kubeconfig', place.kubeconfig],
            timeoutMs: DELETE_TIMEOUT_MS,
          },
        ]),
    };
  },
};

/** The version in a tag of kindest/node. */
const resolvedTag = (image: string): string | undefined => {
  const tag = image.split(':').at(-1) ?? '';
  return resolveVersion(tag) ? tag : undefined;
};

async function detect(machine: Machine): Promise<Detection> {
  const said = await machine.run('kind', ['version'], { timeoutMs: LOOK_TIMEOUT_MS });
  const missing: Missing[] = said
    ? []
    : [{ what: 'kind is not installed', why: 'there is no kind on the PATH', get: GET_KIND[machine.platform] ?? GET_KIND.linux ?? [] }];
  const found: Record<string, string> = said ? { kind: said.stdout.trim().split(' ')[1] ?? 'of an unknown version' } : {};
  const broken: string[] = [];
  for (const { program, works } of ENGINES) {
    if (!(await machine.has(program))) continue;
    const answer = await machine.run(program, works, { timeoutMs: LOOK_TIMEOUT_MS });
    if (answer?.exitCode === 0) return { found: { ...found, [program]: answer.stdout.trim() }, missing, chosen: {} };
    broken.push(program);
  }
  const [first] = broken;
  missing.push(
    first === undefined
      ? {
          what: 'nothing is installed that could run the nodes',
          why: `looked for: ${ENGINES.map(({ program }) => program).join(', ')}`,
          get: GET_ENGINE[machine.platform] ?? GET_ENGINE.linux ?? [],
        }
      : {
          what: `${first} is installed, and does not work`,
          why: `${first} version fails: it is not running, or you may not use it`,
          get: ['start it: sudo systemctl start docker', 'be allowed to use it: sudo usermod -aG docker $USER, then log in again'],
        },
  );
  return { found, missing, chosen: {} };
}

/** Kind knows which clusters and nodes there are; whether their containers run, only the API tells. */
async function stateOf(machine: Machine, name: string): Promise<LocalState> {
  const lines = async (...args: readonly string[]): Promise<readonly string[]> => {
    const said = await machine.run('kind', args, { timeoutMs: LOOK_TIMEOUT_MS });
    if (!said) return [];
    if (said.exitCode === 0) return said.stdout.split('\n').filter(Boolean);
    throw new AppError({
      code: 'PROVIDER_FAILED',
      what: 'kind does not say which clusters there are',
      why: `kind ${args.join(' ')}: exit code ${said.exitCode}\n${said.stderr.trim().split('\n').slice(-8).join('\n')}`,
      next: ['see whether containers can be run: docker ps'],
      exitCode: EXIT.remoteCommand,
    });
  };
  if (!(await lines('get', 'clusters')).includes(name)) return { state: 'absent', nodes: [] };
  const nodes = (await lines('get', 'nodes', '--name', name))
    .filter((node) => !node.endsWith('-external-load-balancer'))
    .map((node): NodeState => ({ name: node, role: /-control-plane\d*$/.test(node) ? 'control-plane' : 'worker', parts: {}, runs: true }));
  return { state: 'running', nodes };
}
