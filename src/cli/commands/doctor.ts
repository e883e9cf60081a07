// ckadet doctor: is everything there that ckadet needs, and if not, how does one get it.
import { EXIT } from '../../errors/exit-codes.ts';
import { defineCommand, jsonOption } from '../command.ts';
import { diagnose, type Finding } from '../diagnosis.ts';
import type { Style } from '../output/style.ts';
import { wrap, wrapAdvice } from '../output/wrap.ts';

export const command = defineCommand({
  description: 'Checks what ckadet needs on this machine and says how to get what is missing. Changes nothing. Exit code 4 when something needed is missing.',
  options: { json: jsonOption },
  examples: [{ command: 'ckadet doctor', says: 'check everything' }],
  next: [{ command: 'ckadet up', says: 'start a cluster' }],
  async run(_input, context) {
    const { out } = context;
    const findings = await diagnose(context);
    await out.data({ checks: findings }, () => findings.map((finding) => shown(finding, out.width, out.style)).join('\n'));
    return findings.some((finding) => finding.state === 'missing') ? EXIT.missingPrerequisite : EXIT.ok;
  },
});

function shown({ check, state, found, next }: Finding, width: number, style: Style): string {
  const mark = { ok: style.good('ok  '), advice: style.caution('note'), missing: style.bad('miss') }[state];
  const body = wrap(`${check}: ${found}`, width - 6).replaceAll('\n', '\n      ');
  return [
    `${mark}  ${body}`,
    ...next.map((step) => `      ${style.quiet('→')} ${style.code(wrapAdvice(step, width - 8).replaceAll('\n', '\n        '))}`),
  ].join('\n');
}
