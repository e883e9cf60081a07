// What a check before a run is: a pure judgement of one host, from what all hosts told of themselves and of each other.
import type { CheckName } from '../cluster-file/check-names.ts';
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import type { PackageFolder } from '../packages/folder.ts';
import type { Survey } from '../survey/survey.ts';

export type Colour = 'green' | 'yellow' | 'red';

export interface Verdict {
  readonly colour: Colour;
  /** What was found, for people. */
  readonly says: string;
  /** What to do about it; what is green needs none. */
  readonly fix?: string;
}

/** The host's own time against this machine's: it lies between these, in milliseconds. */
export interface ClockOffset {
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface Grounds {
  readonly spec: ClusterSpec;
  readonly packages: PackageFolder | undefined;
  /** Empty for a host that did not answer. */
  survey(host: HostSpec): Survey;
  /** What it found when it tried others (probe.ts); empty as above. */
  probe(host: HostSpec): Survey;
  /** Undefined where it could not be told. */
  clock(host: HostSpec): ClockOffset | undefined;
  /** Why the host cannot be worked on. */
  failure(host: HostSpec): { readonly says: string; readonly fix: string | undefined } | undefined;
}

export interface Check {
  /** As `preflight.accept` names it: lower-case words with dashes. */
  readonly name: CheckName;
  /** The hosts that it concerns; all if not given. */
  hosts?(spec: ClusterSpec): readonly HostSpec[];
  look(host: HostSpec, grounds: Grounds): Verdict;
}

export interface Finding extends Verdict {
  readonly check: string;
  readonly host: string;
}

export const green = (says: string): Verdict => ({ colour: 'green', says });
export const yellow = (says: string, fix?: string): Verdict => ({ colour: 'yellow', says, ...(fix === undefined ? {} : { fix }) });
export const red = (says: string, fix: string): Verdict => ({ colour: 'red', says, fix });
/** A fact that a host cannot tell is no reason to stop. */
export const cannotTell = (what: string): Verdict => yellow(`cannot tell ${what}`);
