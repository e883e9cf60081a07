// Asks all hosts at once what they are and whom they reach, and judges it, before anything is changed.
import { isAcceptable } from '../cluster-file/check-names.ts';
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Host } from '../../hosts/host.ts';
import type { HostSpec } from '../cluster-file/cluster-spec.ts';
import type { LoadedCluster } from '../load.ts';
import type { Site } from '../site.ts';
import { parseSurvey, SURVEY_SCRIPT, type Survey } from '../survey/survey.ts';
import { placeOf } from '../survey/distribution.ts';
import type { ClockOffset, Finding, Grounds } from './check.ts';
import { judge } from './judge.ts';
import { CLOCK_SCRIPT, probeScript } from './probe.ts';
import { probeInput } from './sources-probe.ts';

const TIMEOUT_MS = 60_000;

export interface PreflightReport {
  readonly findings: readonly Finding[];
  /** Of the hosts that answered. */
  readonly surveys: ReadonlyMap<string, Survey>;
}

type Answers = { readonly survey: Survey; readonly probe: Survey; readonly clock: ClockOffset | undefined } | { readonly failure: unknown };

export async function preflight(site: Site<LoadedCluster>, signal: AbortSignal): Promise<PreflightReport> {
  const { spec, packages } = site.loaded;
  const asked = await Promise.all(spec.hosts.map(async (host) => [host.name, await ask(site, host, signal)] as const));
  signal.throwIfAborted();
  const answers = new Map<string, Answers>(asked);
  const of = (host: HostSpec): Exclude<Answers, { readonly failure: unknown }> | undefined => {
    const told = answers.get(host.name);
    return told && 'survey' in told ? told : undefined;
  };
  const nothing: Survey = new Map();
  const grounds: Grounds = {
    spec,
    packages,
    survey: (host) => of(host)?.survey ?? nothing,
    probe: (host) => of(host)?.probe ?? nothing,
    clock: (host) => of(host)?.clock,
    failure(host) {
      const told = answers.get(host.name);
      return told && 'failure' in told ? toldOf(told.failure) : undefined;
    },
  };
  return { findings: judge(grounds), surveys: new Map(asked.flatMap(([name, told]) => ('survey' in told ? [[name, told.survey] as const] : []))) };
}

async function ask(site: Site, spec: HostSpec, signal: AbortSignal): Promise<Answers> {
  const host = site.host(spec.name);
  const told = async (script: string, input = ''): Promise<Survey> =>
    parseSurvey((await host.run(script, { as: 'root', input, timeoutMs: TIMEOUT_MS, signal })).stdout);
  try {
    const survey = await told(SURVEY_SCRIPT);
    const probe = await told(probeScript(spec, site.loaded.spec, placeOf(survey)), probeInput(site.loaded.spec));
    return { survey, probe, clock: await offsetOf(site, host, signal) };
  } catch (failure) {
    return { failure };
  }
}

/** The host read its clock somewhere between the question and the answer. */
async function offsetOf({ clock }: Site, host: Host, signal: AbortSignal): Promise<ClockOffset | undefined> {
  const sent = clock.now();
  const { stdout } = await host.run(CLOCK_SCRIPT, { timeoutMs: TIMEOUT_MS, signal });
  const received = clock.now();
  const [, seconds, fraction] = /^(\d+)\.(\d*)/.exec(stdout) ?? [];
  if (seconds === undefined) return undefined;
  // Where there are no fractions, it may be any time of that second.
  const [least, most] = fraction ? [Number(`${seconds}.${fraction}`), Number(`${seconds}.${fraction}`)] : [Number(seconds), Number(seconds) + 1];
  return { leastMs: least * 1000 - received, mostMs: most * 1000 - sent };
}

const toldOf = (failure: unknown): { readonly says: string; readonly fix: string | undefined } => ({
  says: messageOf(failure),
  fix: failure instanceof AppError ? failure.next[0] : undefined,
});

/** Throws PREFLIGHT_RED when there is something that forbids to begin. */
export function demandNoRed(findings: readonly Finding[]): void {
  const reds = findings.filter(({ colour }) => colour === 'red');
  if (!reds.length) return;
  const first = reds.find(({ check }) => isAcceptable(check));
  throw new AppError({
    code: 'PREFLIGHT_RED',
    what: 'the hosts are not ready, and nothing was changed',
    why: reds.map(({ host, check, says, fix }) => `${host}, ${check}: ${says}${fix === undefined ? '' : `\n  ${fix}`}`).join('\n'),
    next: [
      'see all checks: ckadet cluster validate --hosts',
      ...(first ? [`what is known and wanted can be accepted in the cluster file: preflight: {accept: [{check: ${first.check}, reason: …}]}`] : []),
    ],
    exitCode: EXIT.missingPrerequisite,
  });
}
