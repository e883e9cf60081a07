// What making or removing a local cluster takes, as data: the programs to run here, in order, and the files they read.
import { shellQuoted, shellWord } from '../../../platform/shell-quote.ts';
import { capital } from '../../words.ts';

export interface LocalStep {
  /** Unique in its plan; lower-case words with dashes. */
  readonly id: string;
  /** For people, as an order: `start the cluster`. */
  readonly says: string;
  readonly why: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Written before the program runs. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
  /** It changes nothing: run in a dry run too. */
  readonly looks?: boolean;
  readonly timeoutMs: number;
}

export interface LocalPlan {
  readonly cluster: string;
  /** `minikube` */
  readonly provider: string;
  /** What was taken for granted because this machine does not tell, or cannot yet. */
  readonly assumptions: readonly string[];
  /** Set for every program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly steps: readonly LocalStep[];
}

/** `minikube start -n 3 …`, as one would type it. */
export const commandLine = ({ program, args }: Pick<LocalStep, 'program' | 'args'>): string => [program, ...args].map(shellWord).join(' ');

const settings = ({ environment }: LocalPlan): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${shellWord(value)} `)
    .join('');

/** Plain text of the whole plan. */
export function describeLocalPlan(plan: LocalPlan): string {
  const lines = [`Plan of the cluster ${plan.cluster}: ${plan.provider}, on this machine`];
  if (plan.assumptions.length) lines.push('', 'Taken for granted:', ...plan.assumptions.map((says) => `  ${says}`));
  plan.steps.forEach((step, i) => {
    lines.push('', `${i + 1}. ${step.says}: ${step.why}`);
    for (const { path, content } of step.files ?? []) lines.push(`     # ${path}`, ...linesOf(content).map((line) => `       ${line}`));
    lines.push(`     ${settings(plan)}${commandLine(step)}`);
  });
  return `${lines.join('\n')}\n`;
}

/** The plan as a document in Markdown. */
export function localRunbook(plan: LocalPlan): string {
  const lines = [`# Runbook: the cluster ${plan.cluster}`, '', `Every command runs on this machine, as yourself. It is made by ${plan.provider}.`];
  if (plan.assumptions.length) lines.push('', '## Taken for granted', '', ...plan.assumptions.map((says) => `- ${says}`));
  plan.steps.forEach((step, i) => {
    lines.push('', `## ${i + 1}. ${capital(step.says)}`, '', `${capital(step.why)}.`);
    for (const { path, content } of step.files ?? []) lines.push('', `\`${path}\`:`, '', '```yaml', ...linesOf(content), '```');
    lines.push('', '```sh', `${settings(plan)}${commandLine(step)}`, '```');
  });
  return `${lines.join('\n')}\n`;
}

/** A shell script that does the same without ckadet. */
export function localScript(plan: LocalPlan): string {
  const lines = ['#!/bin/sh', `# Makes the cluster ${plan.cluster} with ${plan.provider}.`, 'set -eu'];
  for (const [name, value] of Object.entries(plan.environment)) lines.push(`export ${name}=${shellQuoted(value)}`);
  for (const step of plan.steps) {
    lines.push('', `# ${capital(step.says)}: ${step.why}.`);
    for (const { path, content } of step.files ?? [])
      lines.push(`mkdir -p "$(dirname ${shellQuoted(path)})"`, `cat > ${shellQuoted(path)} <<'CKADET_END'`, ...linesOf(content), 'CKADET_END');
    lines.push(commandLine(step));
  }
  return `${lines.join('\n')}\n`;
}

const linesOf = (content: string): readonly string[] => content.replace(/\n$/, '').split('\n');
