// What the checks before a run found, for people: a row for each check, a column for each host, and below it what is not green and what to do about it.
import type { Colour, Finding } from '../provision/preflight/check.ts';
import type { Output } from './output/output.ts';
import { wrap, wrapAdvice } from './output/wrap.ts';

const ABSENT = '-';

/** Without the greens, checks that all hosts pass are only counted. */
export async function preflightTable(findings: readonly Finding[], out: Output, { withGreen = true } = {}): Promise<string> {
  const paint = { green: out.style.good, yellow: out.style.caution, red: out.style.bad };
  const hosts = [...new Set(findings.map(({ host }) => host))];
  const all = [...new Set(findings.map(({ check }) => check))];
  const checks = withGreen ? all : all.filter((check) => findings.some((each) => each.check === check && each.colour !== 'green'));
  const passed = all.length - checks.length;
  const counted = `${passed} check${passed === 1 ? ' is' : 's are'} ${paint.green('green')}${hosts.length === 1 ? '' : ' on every host'}.`;
  if (!checks.length) return counted;
  const of = new Map(findings.map((finding) => [`${finding.check} ${finding.host}`, finding.colour]));
  const cell = (check: string, host: string): string => {
    const colour = of.get(`${check} ${host}`);
    return colour === undefined ? ABSENT : paint[colour](colour);
  };
  const table = await out.table(
    ['CHECK', ...hosts],
    checks.map((check) => [check, ...hosts.map((host) => cell(check, host))]),
  );
  return [table, ...(passed ? [counted] : []), ...remarks(findings, out)].join('\n');
}

/** The reds, then the yellows; what is the same on several hosts is said once. */
export function remarks(findings: readonly Finding[], out: Output): readonly string[] {
  return (['red', 'yellow'] as const satisfies readonly Colour[]).flatMap((colour) => {
    const groups = Map.groupBy(
      findings.filter((finding) => finding.colour === colour),
      ({ check, says, fix }) => JSON.stringify([check, says, fix]),
    );
    const paint = colour === 'red' ? out.style.bad : out.style.caution;
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const text = `${colour} ${first.check}, ${group.map(({ host }) => host).join(', ')}: ${first.says}`;
      return ['', wrap(text, out.width).replace(colour, paint(colour)), ...(first.fix === undefined ? [] : [wrapAdvice(first.fix, out.width, 2)])];
    });
  });
}
