// The record of a cluster by a name that somebody typed.
import type { Home } from '../platform/home.ts';
import { type ClusterRecord, readRecord } from './cluster-records.ts';

/** Undefined where there is none. A word that can be no name leads to no path. */
export const recordNamed = async (home: Home, name: string): Promise<ClusterRecord | undefined> =>
  /^[a-z0-9-]+$/.test(name) ? readRecord(home, name) : undefined;
