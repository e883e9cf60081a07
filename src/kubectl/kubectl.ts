// One call's means: the machine, the configuration and, once something asks for it, the server with what it offers. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/factory_client_access.go
import { ApiWire } from './client/api-wire.ts';
import { Discovery } from './client/discovery.ts';
import type { OpenApi } from './client/openapi.ts';
import { ResourceClient, type Query, type ResourceName } from './client/resource-client.ts';
import { RestMapper } from './client/rest-mapper.ts';
import { ClientConfig, type NamespaceChoice } from './config/client-config.ts';
import { CommandError } from './failures.ts';
import { goQuote } from './go-quote.ts';
import { klogLine } from './klog.ts';
import type { GlobalValues } from './flags/global.ts';
import { parseGoDuration } from './flags/go-numbers.ts';
import type { Ports } from './ports.ts';
import { GIT_VERSION } from './version.ts';

export class Kubectl {
  readonly ports: Ports;
  readonly flags: GlobalValues;
  readonly config: ClientConfig;
  /** Distinct warnings of the server, as they came. */
  readonly warnings = new Set<string>();
  #wire: Promise<ApiWire> | undefined;
  #discovery: Promise<Discovery> | undefined;
  #openApi: Promise<OpenApi> | undefined;

  constructor(ports: Ports, flags: GlobalValues) {
    this.ports = ports;
    this.flags = flags;
    this.config = new ClientConfig(ports, flags);
  }

  /** To stdout, as it is. */
  print(text: string): void {
    this.ports.stdout.write(text);
  }
  /** To stderr, as it is. */
  complain(text: string): void {
    this.ports.stderr.write(text);
  }
  /** A warning of the server or of kubectl itself, once each. */
  warn(warning: string): void {
    if (this.warnings.has(warning)) return;
    this.warnings.add(warning);
    this.printWarning(warning);
  }
  /** A warning that counts for nothing. */
  printWarning(warning: string): void {
    const { isTerminal } = this.ports.stderr;
    const isPlain = !isTerminal || this.ports.env['NO_COLOR'] !== undefined || this.ports.env['TERM'] === 'dumb';
    this.complain(isPlain ? `Warning: ${warning}\n` : `\u001b[33;1mWarning:\u001b[0m ${warning}\n`);
  }

  namespace(): Promise<NamespaceChoice> {
    return this.config.namespace();
  }

  /** Opens the way to the server on first use. Rejects with kubectl's sentences for a configuration that cannot be used. */
  wire(): Promise<ApiWire> {
    return (this.#wire ??= this.#openWire());
  }

  /** Where the server's address has a path, the way to what lies above it; closed by whoever asked. */
  async wireAtRoot(): Promise<ApiWire> {
    const { server } = await this.config.connection();
    return this.#openWire({ server: new URL(server).origin });
  }

  async discovery(): Promise<Discovery> {
    return (this.#discovery ??= this.#openDiscovery());
  }

  async mapper(): Promise<RestMapper> {
    return new RestMapper(await this.discovery(), {
      warn: (warning) => this.warn(warning),
      logFailure: ({ message }) =>
        this.complain(
          klogLine('E', 'memcache.go:265', `"Unhandled Error" err=${goQuote(`couldn't get current server API group list: ${message}`)}`, this.ports),
        ),
    });
  }

  async client(resource: ResourceName, reads?: { readonly accept?: string; readonly query?: Query }): Promise<ResourceClient> {
    return new ResourceClient(await this.wire(), resource, reads);
  }

  async close(): Promise<void> {
    if (this.#wire)
      await this.#wire.then(
        (wire) => wire.close(),
        () => undefined,
      );
  }

  async #openWire(instead: { readonly server?: string } = {}): Promise<ApiWire> {
    const options = { ...(await this.config.connection()), ...instead };
    const timeoutMs = requestTimeout(this.flags['request-timeout']);
    let transport = await this.ports.openTransport({ ...options, userAgent: `kubectl/${GIT_VERSION} (${this.ports.platform}) kubernetes/ckadet` });
    if (this.flags.v >= 6) {
      const { LoggedTransport } = await import('./client/logged-transport.ts');
      transport = new LoggedTransport(transport, { level: this.flags.v, ports: this.ports });
    }
    const wire = new ApiWire({
      transport,
      timeoutMs,
      clock: this.ports.clock,
      warn: (warning) => this.warn(warning),
      disableCompression: this.flags['disable-compression'],
    });
    if (this.flags['match-server-version']) {
      const { confirmVersion } = await import('./client/version-match.ts');
      await confirmVersion(wire, this.ports.platform);
    }
    return wire;
  }

  async openApi(): Promise<OpenApi> {
    return (this.#openApi ??= this.#openOpenApi());
  }

  async #openOpenApi(): Promise<OpenApi> {
    const wire = await this.wire();
    const { OpenApi } = await import('./client/openapi.ts');
    return new OpenApi(wire, this.ports, this.#cacheFolder(wire));
  }

  async #openDiscovery(): Promise<Discovery> {
    const wire = await this.wire();
    return new Discovery(wire, this.ports, this.#cacheFolder(wire));
  }

  /** Of this server, within the cache. */
  #cacheFolder(wire: ApiWire): string {
    const folder = this.flags['cache-dir'] || `${this.ports.env['KUBECACHEDIR'] || `${this.ports.home}/.kube/cache`}`;
    const host = new URL(wire.server).host.replace(/[^\w.-]/g, '_');
    return `${folder}/discovery/${host}`;
  }
}

/** Milliseconds of `--request-timeout`: a number means seconds. */
function requestTimeout(text: string): number {
  if (text === '' || text === '0') return 0;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  try {
    return parseGoDuration(text);
  } catch {
    throw new CommandError(
      `Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
    );
  }
}
