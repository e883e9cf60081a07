// The frame of a controller: handlers fill queues, workers start once the informers hold everything.
import type { Component } from './component.ts';
import type { Informer } from './informer.ts';
import type { KubeObject } from '../machinery/object.ts';
import type { WorkQueue } from './work-queue.ts';

interface Synced {
  readonly synced: Promise<void>;
}

export interface ControllerParts {
  readonly name: string;
  /** What has to be known before the first key is worked on. */
  readonly informers: readonly Synced[];
  readonly queues: readonly Pick<WorkQueue, 'start' | 'stop'>[];
  /** Adds handlers; called once, by `start`. */
  readonly listen?: () => void;
  /** After the informers have synced. */
  readonly run?: () => void;
  readonly stop?: () => void;
}

export function controllerComponent({ name, informers, queues, listen, run, stop }: ControllerParts): Component {
  let stopped = false;
  return {
    name,
    start() {
      listen?.();
      void Promise.all(informers.map((informer) => informer.synced)).then(() => {
        if (stopped) return;
        for (const queue of queues) queue.start();
        run?.();
      });
    },
    stop() {
      stopped = true;
      for (const queue of queues) queue.stop();
      stop?.();
    },
  };
}

/** Calls `changed` for every object that comes, changes or goes. */
export function onAnyChange<T extends KubeObject>(informer: Informer<T>, changed: (object: T, old?: T) => void): void {
  informer.addHandler({ added: (object) => changed(object), updated: (object, old) => changed(object, old), deleted: (object) => changed(object) });
}
