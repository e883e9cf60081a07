// The container runtime of a simulated node: images out of the registry, containers that run in this process.
import type { Clock } from '../../platform/clock.ts';
import { delay } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { ContainerConfig, ContainerRuntime, ExecResult, RuntimeContainer, RuntimeImage } from '../kubelet/ports/container-runtime.ts';
import { formatImageReference, parseImageReference } from '../kubelet/ports/image-reference.ts';
import { commandOf, ContainerInstance, type LogLine } from './container-instance.ts';
import { duplexPair, type ByteDuplex } from '../../kube/streaming/byte-duplex.ts';
import type { SessionStreams } from './container-session.ts';
import { servePages, type Page } from './served-page.ts';
import type { ImageRegistry } from './image-registry.ts';
import type { ImageFacts, ServerProgram } from './image-repository.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: ImageRegistry;
  /** Images that are on the machine from the start. */
  readonly preloaded: readonly string[];
}

interface Stored {
  readonly image: RuntimeImage;
  readonly facts: ImageFacts;
}

const CREATE_MS = 15;
const START_MS = 35;
const PULL_BASE_MS = 100;
const PULL_MS_PER_MB = 3;
const PULL_MAX_MS = 800;
const CHECK_MS = 90;
const REFUSE_MS = 120;

export interface ContainerLog {
  /** What is kept of it, oldest first. */
  readonly lines: readonly LogLine[];
  /** Tells every line from now on; returns the way to stop. */
  follow(follower: (line: LogLine) => void): () => void;
  readonly ended: Promise<void>;
}

/** What a runtime offers beyond what the kubelet needs. */
export interface SimulatedRuntime extends ContainerRuntime {
  /** The log of a container that is still there; `id` with or without `containerd://`. */
  log(containerId: string): ContainerLog | undefined;
  images(): readonly RuntimeImage[];
  /** Runs a program in a container; resolves with its exit code. Rejects in the runtime's words. */
  run(containerId: string, command: readonly string[], tty: boolean, streams: SessionStreams): Promise<number>;
  attach(containerId: string, streams: SessionStreams): Promise<number>;
  /** Rejects in the dialer's words. */
  dial(podUid: string, port: number): Promise<ByteDuplex>;
}

export function simulatedRuntime(options: SimulatedRuntimeOptions): SimulatedRuntime {
  return new Runtime(options);
}

class Runtime implements SimulatedRuntime {
  readonly #options: SimulatedRuntimeOptions;
  /** By normalised name. */
  readonly #images = new Map<string, Stored>();
  readonly #containers = new Map<string, ContainerInstance>();
  readonly #byPod = new Map<string, ContainerInstance[]>();
  #listener: ((podUid: string) => void) | undefined;

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options;
    for (const name of options.preloaded) {
      const found = this.#resolve(name);
      if (!('error' in found)) this.#images.set(found.image.name, found);
    }
  }

  images(): readonly RuntimeImage[] {
    return this.#images
      .values()
      .map(({ image }) => image)
      .toArray();
  }
  image(image: string): RuntimeImage | undefined {
    return this.#stored(image)?.image;
  }
  async run(containerId: string, command: readonly string[], tty: boolean, streams: SessionStreams): Promise<number> {
    return this.#get(containerId.replace('containerd://', '')).run(command, tty, streams);
  }
  async attach(containerId: string, streams: SessionStreams): Promise<number> {
    return this.#get(containerId.replace('containerd://', '')).attach(streams);
  }
  async dial(podUid: string, port: number): Promise<ByteDuplex> {
    const found = this.#listenerOn(podUid, port);
    if (!found) throw new Error(`failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`);
    const [ours, theirs] = duplexPair();
    const { server } = found;
    const { clock } = this.#options;
    if (server.http?.[port] ?? server.http?.[server.ports[0] ?? 0])
      void servePages(
        ours,
        server.name ?? 'nginx',
        (path) => pageOf(found, port, path),
        () => clock.now(),
      );
    return theirs;
  }

  log(containerId: string): ContainerLog | undefined {
    const container = this.#containers.get(containerId.replace('containerd://', ''));
    return container && { lines: container.log, follow: (follower) => container.follow(follower), ended: container.ended };
  }

  async pullImage(name: string): Promise<RuntimeImage> {
    const { clock, random } = this.#options;
    const found = this.#resolve(name);
    if ('error' in found) {
      await delay(clock, REFUSE_MS);
      throw new Error(found.error);
    }
    const isHere = this.#images.has(found.image.name);
    const transferMs = Math.min(PULL_BASE_MS + (found.image.sizeBytes / 1e6) * PULL_MS_PER_MB, PULL_MAX_MS);
    await delay(clock, (isHere ? CHECK_MS : transferMs) * (0.9 + random.next() * 0.2));
    this.#images.set(found.image.name, found);
    return found.image;
  }

  async createContainer(config: ContainerConfig): Promise<RuntimeContainer> {
    await delay(this.#options.clock, CREATE_MS);
    const stored = this.#stored(config.image);
    if (!stored) throw new Error(`failed to create containerd container: image ${JSON.stringify(config.image)}: not found`);
    const { random } = this.#options;
    const id = `${random.uuid()}${random.uuid()}`.replaceAll('-', '');
    if (!commandOf(config, stored.facts).length)
      throw new Error(`failed to generate container ${JSON.stringify(id)} spec: failed to generate spec: no command specified`);
    return this.#add(id, config, stored).state;
  }

  async startContainer(id: string): Promise<void> {
    await delay(this.#options.clock, START_MS);
    this.#get(id).start();
  }

  async stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    await this.#containers.get(id)?.stop(gracePeriodMs);
  }

  removeContainer(id: string): void {
    const container = this.#containers.get(id);
    if (!container) return;
    this.#containers.delete(id);
    const { uid } = container.config.pod;
    const left = this.#byPod.get(uid)?.filter((each) => each !== container) ?? [];
    if (left.length) this.#byPod.set(uid, left);
    else this.#byPod.delete(uid);
    container.kill();
  }

  adoptContainer(config: ContainerConfig, container: Pick<RuntimeContainer, 'id' | 'state' | 'createdAtMs'> & Partial<RuntimeContainer>): void {
    const found = this.#resolve(config.image);
    if ('error' in found) return;
    this.#images.set(found.image.name, found);
    const { state, ...known } = container;
    const instance = this.#add(container.id, config, found, state === 'running' ? known : container);
    if (state === 'running') instance.start(container.startedAtMs);
  }

  containers(podUid: string): readonly RuntimeContainer[] {
    return (this.#byPod.get(podUid) ?? []).map(({ state }) => state);
  }
  exec(id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
    return this.#get(id).exec(command, timeoutMs);
  }
  onChange(listener: (podUid: string) => void): void {
    this.#listener = listener;
  }

  async httpGet({ podUid, host, port, path, scheme }: Parameters<ContainerRuntime['httpGet']>[0]): ReturnType<ContainerRuntime['httpGet']> {
    const found = this.#listenerOn(podUid, port);
    if (!found) return { error: refused(host, port) };
    const { server, container } = found;
    const isTls = server.tls?.includes(port) ?? false;
    if (scheme === 'HTTPS' && !isTls) return { error: 'http: server gave HTTP response to HTTPS client' };
    const pathOnly = path.replace(/[?#].*$/, '');
    if (!(server.http?.[port] ?? server.http?.[server.ports[0] ?? 0])) return { error: 'EOF' };
    if (isTls && scheme === 'HTTP') return { status: 400 };
    return statusOf({ server, container }, port, pathOnly);
  }

  async connect({ podUid, host, port }: Parameters<ContainerRuntime['connect']>[0]): ReturnType<ContainerRuntime['connect']> {
    return this.#listenerOn(podUid, port) ? {} : { error: refused(host, port) };
  }

  #listenerOn(podUid: string, port: number): Listening | undefined {
    for (const container of this.#byPod.get(podUid) ?? []) {
      const server = container.listener(port);
      if (server) return { server, container };
    }
    return undefined;
  }

  #add(id: string, config: ContainerConfig, { image, facts }: Stored, known: Partial<RuntimeContainer> = {}): ContainerInstance {
    const { clock } = this.#options;
    const { uid } = config.pod;
    const instance = new ContainerInstance(
      {
        id,
        config,
        image,
        facts,
        clock,
        isPortTaken: (port, by) => this.#sharingNetwork(by).some((other) => other !== by && other.listener(port) !== undefined),
        changed: () => this.#listener?.(uid),
      },
      known,
    );
    this.#containers.set(id, instance);
    this.#byPod.set(uid, [instance, ...(this.#byPod.get(uid) ?? [])]);
    return instance;
  }

  #sharingNetwork({ config: { pod } }: ContainerInstance): readonly ContainerInstance[] {
    if (!pod.hostNetwork) return this.#byPod.get(pod.uid) ?? [];
    return this.#containers
      .values()
      .filter(({ config }) => config.pod.hostNetwork)
      .toArray();
  }

  #get(id: string): ContainerInstance {
    const container = this.#containers.get(id);
    if (!container) throw new Error(`rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`);
    return container;
  }

  #stored(image: string): Stored | undefined {
    const reference = parseImageReference(image);
    return 'error' in reference ? undefined : this.#images.get(formatImageReference(reference));
  }

  #resolve(image: string): Stored | { readonly error: string } {
    const reference = parseImageReference(image);
    if ('error' in reference) return reference;
    const facts = this.#options.registry.find(reference);
    if ('error' in facts) return facts;
    const name = formatImageReference(reference);
    return {
      facts,
      image: Object.freeze({ name, ref: `${reference.domain}/${reference.path}@${facts.digest}`, sizeBytes: facts.sizeBytes, uid: facts.repository.uid ?? 0 }),
    };
  }
}

interface Listening {
  readonly server: ServerProgram;
  readonly container: ContainerInstance;
}

/** With which status a path is answered. */
function statusOf({ server, container }: Listening, port: number, path: string): { readonly status: number } {
  const served = server.http?.[port] ?? server.http?.[server.ports[0] ?? 0] ?? [];
  const { webRoot } = server;
  if (webRoot) {
    const file = `${webRoot}${path === '/' ? '/index.html' : path}`;
    if (container.file(file) !== undefined) return { status: 200 };
    // A volume over the web root hides what the image brought.
    if (container.hasFilesAt(webRoot)) return { status: path === '/' ? 403 : 404 };
  }
  return { status: served === 'any' || served.includes(path) ? 200 : 404 };
}

/** The file below the web root, the server's own page, or what is said of neither. */
function pageOf({ server, container }: Listening, port: number, target: string): Page {
  const path = target.replace(/[?#].*$/, '');
  const file = server.webRoot && container.file(`${server.webRoot}${path === '/' ? '/index.html' : path}`);
  if (file !== undefined && file !== '') return { status: 200, body: file };
  const { status } = statusOf({ server, container }, port, path);
  const title = status === 200 ? (server.title ?? 'It works!') : status === 403 ? '403 Forbidden' : '404 Not Found';
  return { status, body: `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n</body>\n</html>\n` };
}

const refused = (host: string, port: number): string => `dial tcp ${host}:${port}: connect: connection refused`;
