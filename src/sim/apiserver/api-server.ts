// The API server without its wires: who asks, may they, and the handler that answers. HTTP and the in-process clients both enter here.
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Random } from '../../platform/random.ts';
import { ResourceRegistry } from '../resources/registry.ts';
import type { Store } from '../storage/store.ts';
import { admissionChain, type AdmissionSwitches } from './admission/registry.ts';
import { CustomResources } from './apiextensions/custom-resources.ts';
import { ServiceAddresses } from './allocation/service-addresses.ts';
import { escalationGuard } from './authorization/escalation.ts';
import { bindingHandlers } from './subresources/binding.ts';
import { evictionHandlers } from './subresources/eviction.ts';
import { scaleHandler } from './subresources/scale.ts';
import { tokenHandlers } from './subresources/token.ts';
import { reviewHandlers } from './authorization/access-reviews.ts';
import { narrowed, resourceAttributes, type Attributes, type Decision } from './authorization/attributes.ts';
import { RbacAuthorizer, type GrantedRule } from './authorization/rbac.ts';
import { refusalOf } from './authorization/refusal.ts';
import { UnionAuthorizer } from './authorization/union.ts';
import { BootstrapTokens } from './authentication/bootstrap-token.ts';
import { authenticateToken, type TokenAuthenticator } from './authentication/request.ts';
import { FlowControl } from './flowcontrol/flow-control.ts';
import { Health } from './http/health.ts';
import { componentStatusHandlers } from './component-statuses.ts';
import type { ServerContext } from './context.ts';
import { callOf, handle, type SpecialHandlers } from './handlers.ts';
import { NodeAuthorizer } from './authorization/node.ts';
import { changeAsServer, createAsServer } from './operations/privileged.ts';
import { watchObjects, type WatchParameters } from './operations/watch.ts';
import type { WatchEvent } from '../../kube/client/api-client.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Answer, ResourceRequest } from './request.ts';
import type { NodeConnection } from './node-connection.ts';
import { logHandlers } from './pod-log.ts';
import { TokenIssuer } from './authentication/tokens.ts';
import type { UserInfo } from './authentication/user.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly serviceAccountKey: string;
  /** Asked at each request, since the nodes come after the server. */
  readonly nodes?: () => NodeConnection | undefined;
  readonly admission?: AdmissionSwitches;
  /** As of `--service-cluster-ip-range`: one, or one of each family. */
  readonly serviceCidrs?: readonly string[];
}

export const SERVICE_CIDRS: readonly string[] = ['10.96.0.0/12'];

const EXPIRY_INTERVAL_MS = 10_000;

export class ApiServer {
  readonly context: ServerContext;
  readonly tokens: TokenIssuer;
  /** In the order they are asked. */
  readonly authenticators: readonly TokenAuthenticator[];
  readonly health = new Health();
  readonly flowControl: FlowControl;
  /** Asked at each request, since the nodes come after the server. */
  readonly nodes: () => NodeConnection | undefined;
  readonly #rbac: RbacAuthorizer;
  readonly #authorizer: UnionAuthorizer;
  readonly #special: SpecialHandlers;
  readonly #customResources: CustomResources;
  #sweep: Timer | undefined;

  constructor({ store, clock, random, log, serviceAccountKey, nodes = () => undefined, admission = {}, serviceCidrs = SERVICE_CIDRS }: ApiServerOptions) {
    this.flowControl = new FlowControl(store, clock);
    this.nodes = nodes;
    this.#rbac = new RbacAuthorizer(store);
    this.#authorizer = new UnionAuthorizer([new NodeAuthorizer(store), this.#rbac]);
    this.tokens = new TokenIssuer(serviceAccountKey, store, clock);
    this.authenticators = [this.tokens, new BootstrapTokens(store, clock)];
    const resources = new ResourceRegistry();
    const authorize = (attributes: Attributes): Decision => this.authorize(attributes);
    this.context = {
      store,
      clock,
      random,
      log,
      resources,
      admission: admissionChain(
        {
          store,
          resources,
          clock,
          random,
          authorize,
          change: (target, change) => changeAsServer({ store, clock }, target, change),
          provide: async (object) => {
            const resource = resources.findKind(object.apiVersion, object.kind);
            if (resource) await createAsServer(this.context, resource, object);
          },
        },
        admission,
      ),
      allocations: { services: new ServiceAddresses(() => this.context, { store }, serviceCidrs) },
      guard: escalationGuard(this.#rbac, authorize),
    };
    this.#customResources = new CustomResources(this.context);
    this.#special = {
      ...reviewHandlers({
        authorize: (attributes) => this.authorize(attributes),
        rulesOf: (user, namespace) => this.rulesOf(user, namespace),
        authenticateToken: (token, audiences) => authenticateToken(this.authenticators, token, audiences),
      }),
      ...bindingHandlers,
      ...evictionHandlers,
      ...tokenHandlers(this.tokens),
      '*/scale': scaleHandler,
      ...componentStatusHandlers,
      ...logHandlers(nodes),
    };
  }

  /** Begins what goes on by itself: what has lived its time vanishes. */
  start(): void {
    const { clock, store } = this.context;
    const sweep = (): void => {
      store.expire(clock.now());
      this.#sweep = clock.after(EXPIRY_INTERVAL_MS, sweep);
    };
    sweep();
    this.#customResources.start();
  }
  stop(): void {
    this.#sweep?.cancel();
    this.#customResources.stop();
  }

  get resources(): ResourceRegistry {
    return this.context.resources;
  }

  authorize(attributes: Attributes): Decision {
    return this.#authorizer.authorize(attributes);
  }

  rulesOf(user: UserInfo, namespace: string): Iterable<GrantedRule> {
    return this.#rbac.rulesOf(user, namespace);
  }

  /** Authorizes and serves a request on a resource. Rejects with StatusError. */
  async serve(request: ResourceRequest): Promise<Answer> {
    this.#demand(request, request.list.fieldSelector);
    return this.perform(request);
  }

  /** Serves a request that has passed authorization: over HTTP, before its body is read. Rejects with StatusError. */
  perform(request: ResourceRequest): Promise<Answer> {
    return handle(this.context, this.#special, request);
  }

  /** Authorizes and starts a watch; returns the way to stop it. Throws StatusError. */
  watch(request: ResourceRequest, parameters: WatchParameters, send: (event: WatchEvent<KubeObject>) => void): () => void {
    this.#demand(request, parameters.fieldSelector);
    return this.observe(request, parameters, send);
  }

  /** Starts a watch that has passed authorization. Throws StatusError. */
  observe(request: ResourceRequest, parameters: WatchParameters, send: (event: WatchEvent<KubeObject>) => void): () => void {
    return watchObjects(this.context, callOf(request), parameters, send);
  }

  #demand({ user, verb, resource, subresource, namespace, name }: ResourceRequest, fieldSelector: string | undefined): void {
    const asked = resourceAttributes(user, { verb, group: resource.group, resource: resource.resource, namespace, subresource, name });
    const attributes = fieldSelector ? narrowed(asked, fieldSelector) : asked;
    const { allowed, reason } = this.authorize(attributes);
    if (!allowed) throw refusalOf(attributes, reason);
  }
}
