// A plan as a person reads it: phase by phase, host by host, every command and file. Pure.
import type { Action, PhaseInfo, Plan, Task } from './action.ts';
import { withPlaceholders, type Fill } from './placeholders.ts';

export interface DescribedAction {
  readonly id: string;
  readonly says: string;
  readonly why?: string;
  /** What is typed or written there; one text per line. */
  readonly lines: readonly string[];
}

/** What an action does, in the words of a shell. */
export function describeAction(action: Action, fill: Fill): DescribedAction {
  const { id, says, why } = action;
  return { id, says, ...(why === undefined ? {} : { why }), lines: linesOf(action, fill) };
}

function linesOf(action: Action, fill: Fill): readonly string[] {
  if (action.kind === 'file') return [`# ${action.path} (mode ${action.mode ?? '0644'})`, ...text(fill(action.content)).map((line) => `  ${line}`)];
  if (action.kind === 'upload') return action.files.map(({ from, path }) => `# ${from} -> ${path} (mode ${action.mode ?? '0644'})`);
  const files = (action.files ?? []).flatMap(({ path, content }) => [
    `# ${path} (mode 0600, only while the command runs)`,
    ...text(fill(content)).map((line) => `  ${line}`),
  ]);
  const input = action.input === undefined ? [] : 'file' in action.input ? [`# reads ${action.input.file}`] : ['# reads a value that is made then'];
  return [
    ...(action.unless === undefined ? [] : [`# unless: ${action.unless.replaceAll('\n', '; ')}`]),
    ...(action.onChangeOf ? [`# only when changed: ${action.onChangeOf.join(', ')}`] : []),
    ...files,
    ...input,
    ...text(fill(action.script)),
  ];
}

const text = (content: string): readonly string[] => content.replace(/\n$/, '').split('\n');

/** Tasks that do the same on several hosts are told once. */
export interface TaskGroup {
  readonly hosts: readonly string[];
  readonly actions: readonly DescribedAction[];
}

export function groupsOf(tasks: readonly Task[], fill: Fill): readonly TaskGroup[] {
  const groups: { hosts: string[]; actions: readonly DescribedAction[]; key: string }[] = [];
  for (const { host, actions } of tasks) {
    if (!actions.length) continue;
    const described = actions.map((action) => describeAction(action, fill));
    const key = JSON.stringify(described);
    const same = groups.find((group) => group.key === key);
    if (same) same.hosts.push(host);
    else groups.push({ hosts: [host], actions: described, key });
  }
  return groups;
}

/** Those that have something to do: what nobody does, nobody needs to be told. */
export const phasesAtWork = ({ phases, tasks }: Plan): readonly PhaseInfo[] =>
  phases.filter(({ name }) => tasks.some(({ phase, actions }) => phase === name && actions.length));

/** Plain text of the whole plan. */
export function describePlan(plan: Plan): string {
  const fill = withPlaceholders(plan);
  const lines: string[] = [`Plan of the cluster ${plan.cluster}`];
  if (plan.assumptions.length) {
    lines.push('', 'Taken for granted, because only the hosts can tell:');
    lines.push(...plan.assumptions.map(({ host, says }) => `  ${host}: ${says}`));
  }
  if (plan.values.length) {
    lines.push('', 'Made when they are needed; placeholders stand for them here:');
    lines.push(...plan.values.map(({ host, says, script }) => `  ${says}, on ${host}: ${script.includes('\n') ? 'a script' : script}`));
  }
  phasesAtWork(plan).forEach((phase, i) => {
    lines.push('', `${i + 1}. ${phase.title} [${phase.name}]`);
    for (const { hosts, actions } of groupsOf(
      plan.tasks.filter((task) => task.phase === phase.name),
      fill,
    )) {
      lines.push(`  on ${hosts.join(', ')}:`);
      for (const action of actions) {
        lines.push(`    - ${action.says}${action.why ? `: ${action.why}` : ''}`);
        lines.push(...action.lines.map((line) => `        ${line}`));
      }
    }
  });
  return `${lines.join('\n')}\n`;
}
