// A plan as a document in Markdown, for those who do it by hand or want to know before. Pure.
import type { Plan } from './action.ts';
import { groupsOf, phasesAtWork } from './describe.ts';
import { withPlaceholders } from './placeholders.ts';
import { capital } from '../words.ts';

export function runbook(plan: Plan): string {
  const fill = withPlaceholders(plan);
  const lines: string[] = [
    `# Runbook: the cluster ${plan.cluster}`,
    '',
    'Every command runs as root on the hosts that are named. Phases come one after the other; within a phase, hosts can be done side by side.',
  ];
  if (plan.assumptions.length) lines.push('', '## Taken for granted', '', ...plan.assumptions.map(({ host, says }) => `- ${host}: ${says}`));
  if (plan.values.length)
    lines.push(
      '',
      '## Values that are made on the way',
      '',
      'Where a placeholder stands below, put what this command prints.',
      '',
      ...plan.values.flatMap(({ says, host, script, placeholder }) => [
        `- ${says}${placeholder ? ` (\`${placeholder}\`)` : ''}, on ${host}:`,
        '',
        fence('sh', script)
          .map((line) => `  ${line}`)
          .join('\n'),
        '',
      ]),
    );
  phasesAtWork(plan).forEach((phase, i) => {
    lines.push('', `## ${i + 1}. ${phase.title}`, '', phase.explains, '', `*${phase.objective}*`);
    for (const { hosts, actions } of groupsOf(
      plan.tasks.filter((task) => task.phase === phase.name),
      fill,
    )) {
      lines.push('', `### On ${hosts.join(', ')}`);
      for (const { says, why, lines: body } of actions) lines.push('', `${capital(says)}${why ? `: ${why}` : ''}.`, '', ...fence('sh', body.join('\n')));
    }
  });
  return `${lines.join('\n')}\n`;
}

const fence = (language: string, body: string): readonly string[] => ['```' + language, ...body.split('\n'), '```'];
