// Which programs may be run for credentials, as the person's preferences say. Models kubernetes/staging/src/k8s.io/client-go/plugin/pkg/client/auth/exec (PluginPolicy)
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { KubercProblem, loadPreferences, type PluginPolicy } from './preferences.ts';

/** Throws for one that says nothing, or something that contradicts itself. */
export function confirmPolicy({ policy, allowed }: PluginPolicy): void {
  if (!['', 'AllowAll', 'DenyAll', 'Allowlist'].includes(policy)) throw new KubercProblem(`unknown plugin policy: ${goQuote(policy)}`);
  const misconfigured = (why: string): KubercProblem => new KubercProblem(`misconfigured credential plugin allowlist: ${why}`);
  if (policy !== 'Allowlist') {
    if (allowed) throw misconfigured(`plugin policy is ${goQuote(policy)} but allowlist is non-nil`);
    return;
  }
  const useless = 'credential plugin policy set to "Allowlist", but allowlist is';
  if (!allowed) throw new KubercProblem(`${useless} unspecified`);
  if (!allowed.length) throw new KubercProblem(`${useless} empty; use "DenyAll" policy instead`);
  for (const [i, name] of allowed.entries()) {
    if (name === '') throw misconfigured(`empty allowlist entry #${i + 1}`);
    const clean = cleaned(name);
    if (name !== clean) throw new KubercProblem(`non-normalized file path: ${goQuote(name)} vs ${goQuote(clean)}`);
  }
}

/** Without `.`, without `..` where it takes back a folder, without slashes that say nothing. Models Go's filepath.Clean */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}` || '.';
}

type Means = Pick<Ports, 'env' | 'files' | 'home' | 'programs'>;

/** Why a program may not be run; undefined where it may. */
export async function pluginRefusal(command: string, kuberc: string, means: Means): Promise<string | undefined> {
  // What there was to complain about was said when the line was read.
  const { plugins } = (await loadPreferences(means, kuberc, () => undefined)) ?? {};
  if (plugins?.policy === 'DenyAll') return `plugin ${goQuote(command)} not allowed: policy set to "DenyAll"`;
  if (plugins?.policy !== 'Allowlist') return undefined;
  const path = await means.programs.find(command);
  if (path === undefined)
    return `plugin path ${goQuote(command)} cannot be resolved for credential plugin allowlist check: exec: ${goQuote(command)}: executable file not found in $PATH`;
  for (const name of plugins.allowed ?? []) if ((await means.programs.find(name)) === path) return undefined;
  return `plugin path ${goQuote(path)} is not permitted by the credential plugin allowlist`;
}
