// What a controller has asked for and not yet seen: until then its informer's picture is too old to act on. Models kubernetes/pkg/controller/controller_utils.go (UIDTrackingControllerExpectations)
import type { Clock } from '../../platform/clock.ts';

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/** After this long something was missed, and acting on what is known is better than waiting. */
const TIMEOUT_MS = 300_000;

export class Expectations {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { creations: count, deletions: new Set(), since: this.#clock.now() });
  }

  /** `objects` are uids. */
  expectDeletions(key: string, objects: Iterable<string>): void {
    this.#expected.set(key, { creations: 0, deletions: new Set(objects), since: this.#clock.now() });
  }

  /** Both at once. */
  expect(key: string, creations: number, deletions: Iterable<string>): void {
    this.#expected.set(key, { creations, deletions: new Set(deletions), since: this.#clock.now() });
  }

  created(key: string, count = 1): void {
    const expected = this.#expected.get(key);
    if (expected) expected.creations -= count;
  }

  deleted(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid);
  }

  satisfied(key: string): boolean {
    const expected = this.#expected.get(key);
    if (!expected) return true;
    return (expected.creations <= 0 && expected.deletions.size === 0) || this.#clock.now() - expected.since > TIMEOUT_MS;
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }
}
