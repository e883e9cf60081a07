// What a cluster component (controller, scheduler, kubelet) is given, and how it is run.
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Random } from '../../platform/random.ts';
import type { ApiClient } from './api-client.ts';
import type { InformerFactory } from './informer.ts';

export interface ComponentContext {
  /** Speaks with the component's own identity. */
  readonly client: ApiClient;
  /** Shared by components of one process that may read the same things. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Built without side effects; `start` begins to work once informers have synced, `stop` ends timers and queues for good. */
export interface Component {
  readonly name: string;
  start(): void;
  stop(): void;
}
