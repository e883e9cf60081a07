// Priority and fairness of one server: levels with seats by their shares, and the flow of every request. Follows the configuration in the store.
// Models apiserver/pkg/util/flowcontrol/apf_controller.go
import type { PriorityLevelConfiguration } from '../../../kube/api/flowcontrol-v1.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../storage/store.ts';
import type { UserInfo } from '../authentication/user.ts';
import type { RequestInfo } from '../filters/request-info.ts';
import { flowsOf, isIn, readFlows, type Flow } from './classify.ts';
import { PriorityLevel } from './priority-level.ts';

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io';
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io';
/** As `--max-requests-inflight` and `--max-mutating-requests-inflight` together. */
const SEATS = 400 + 200;

export class FlowControl {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #levels = new Map<string, PriorityLevel>();
  #flows: readonly Flow[] | undefined;
  /** Of certificates and remembered tokens, the same user object comes again and again. */
  #byUser = new WeakMap<UserInfo, readonly Flow[]>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    for (const shelf of [SCHEMAS, LEVELS])
      store.watch(shelf, store.revision, () => {
        this.#flows = undefined;
        this.#byUser = new WeakMap();
      });
  }

  /** Undefined before there is any configuration: then nobody waits. */
  flowOf(user: UserInfo, info: RequestInfo): Flow | undefined {
    let own = this.#byUser.get(user);
    if (!own) {
      own = flowsOf((this.#flows ??= this.#read()), user);
      this.#byUser.set(user, own);
    }
    for (const flow of own) if (isIn(flow, info)) return flow;
    return undefined;
  }

  /** By name, as configured last. */
  get levels(): ReadonlyMap<string, PriorityLevel> {
    this.#flows ??= this.#read();
    return this.#levels;
  }

  #read(): readonly Flow[] {
    const configured = [...this.#store.range(LEVELS)].map(([, object]) => object as unknown as PriorityLevelConfiguration);
    const sharesOf = ({ spec }: PriorityLevelConfiguration): number => (spec.limited ?? spec.exempt)?.nominalConcurrencyShares ?? 0;
    const sum = configured.reduce((shares, each) => shares + sharesOf(each), 0);
    const names = new Set<string>();
    for (const each of configured) {
      const name = each.metadata.name ?? '';
      names.add(name);
      let level = this.#levels.get(name);
      if (!level) this.#levels.set(name, (level = new PriorityLevel(name, this.#clock)));
      level.configure(each, Math.ceil((SEATS * sharesOf(each)) / Math.max(1, sum)));
    }
    for (const [name, { executing, waiting }] of this.#levels) if (!names.has(name) && !executing && !waiting) this.#levels.delete(name);
    return readFlows(this.#store, (name) => (names.has(name) ? this.#levels.get(name) : undefined));
  }
}
