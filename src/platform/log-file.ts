// A log that does not grow for ever: what is past its size goes to a second file, which the next one replaces.
import { copyFileSync, fstatSync, statSync, truncateSync } from 'node:fs';

const LARGEST_BYTES = 1_000_000;

/**
 * To be called after each line that this process has written to `descriptor`. Where that is the file at `path`, opened for appending as
 * `startServer` does, the file is kept within its size; a terminal or another file is left alone.
 */
export function keepWithinSize(path: string, descriptor: number, largestBytes = LARGEST_BYTES): void {
  const open = fstatSync(descriptor);
  if (open.size <= largestBytes) return;
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there || there.ino !== open.ino || there.dev !== open.dev) return;
  try {
    copyFileSync(path, `${path}.1`);
  } finally {
    truncateSync(path); // also where there is no room for the copy
  }
}
