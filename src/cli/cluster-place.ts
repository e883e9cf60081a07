// What commands of `ckadet cluster` share: options, consent, and the hosts opened for the length of the work.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { ClusterOfHosts } from '../provision/load.ts';
import type { Site } from '../provision/site.ts';
import type { CommandContext } from './context.ts';
import { wholeNumber } from './option-values.ts';

export const parallelOption = {
  summary: 'how many hosts to work on at once; all if not given',
  value: 'count',
  parse: wholeNumber({ min: 1, max: 500 }),
} as const;
export const dryRunOption = { summary: 'ask the hosts, and say what would be done; change nothing' } as const;
export const explainOption = { summary: 'say before each phase what it does and why' } as const;
/** Where the API and its certificates are. */
export const controlPlanesOf = ({ spec }: ClusterOfHosts): readonly string[] => spec.controlPlanes.map(({ name }) => name);
export const yesOption = { summary: 'ask nothing', short: 'y' } as const;

/** Opens the hosts, does the work without being cut off, and closes them whatever happens. */
export async function withSite<T, C extends ClusterOfHosts>(
  loaded: C,
  context: CommandContext,
  work: (site: Site<C>) => Promise<T>,
  only?: readonly string[],
  { putsBack = false, ...patience }: { readonly patienceMs?: number; readonly putsBack?: boolean } = {},
): Promise<T> {
  const [{ Site, waitingFor }, { redactError }] = await Promise.all([import('../provision/site.ts'), import('../provision/gate/redaction.ts')]);
  const { env, clock, home, signal, questions, interrupts } = context;
  await home.prepare();
  const terminal = { input: process.stdin, output: process.stdout, errors: process.stderr, type: env['TERM'] ?? 'xterm' };
  const site = await Site.open(loaded, { env, clock, home, signal, questions, terminal, ...patience, ...sudoPassword(env) }, only);
  return interrupts.protect(
    async () => {
      try {
        // Host keys and passwords are asked for now, while nothing is drawn. A host that cannot be reached is told of by whoever needs it.
        if (questions.interactive) await site.greet(signal, (hosts) => context.out.progress.note(waitingFor(hosts)));
        return await work(site);
      } catch (error) {
        // Whoever prints or logs it knows no secret of the hosts.
        redactError(error, site.redactor);
        throw error;
      } finally {
        await site.close();
      }
    },
    { putsBack },
  );
}

// For scripts, where nobody can be asked; never an option, which others on the machine could read.
const sudoPassword = (env: CommandContext['env']): { readonly sudoPassword?: string } =>
  env['CKADET_SUDO_PASSWORD'] ? { sudoPassword: env['CKADET_SUDO_PASSWORD'] } : {};

/**
 * Consent that is asked for once everything was looked at: what resolves does so. Where nobody can agree later, it is demanded now, and no host need be asked.
 * Rejects with NOT_CONFIRMED.
 */
export async function consentAfterLook(
  message: string,
  { yes, 'dry-run': dryRun }: { readonly yes: boolean; readonly 'dry-run': boolean },
  context: CommandContext,
): Promise<() => Promise<void>> {
  const consent = (): Promise<void> => confirmed(message, yes, context);
  if (!dryRun && !context.questions.interactive) await consent();
  return consent;
}

/** Asks before hosts are changed. Throws NOT_CONFIRMED where nobody says yes. `hasDryRun`: what the command would do can be seen beforehand. */
export async function confirmed(message: string, yes: boolean, { questions }: CommandContext, hasDryRun = true): Promise<void> {
  if (yes) return;
  if (!questions.interactive)
    throw new AppError({
      code: 'NOT_CONFIRMED',
      what: 'this has to be agreed to, and there is nobody to ask',
      why: message,
      next: ['say yes beforehand: --yes', ...(hasDryRun ? ['see what would be done: --dry-run'] : [])],
      exitCode: EXIT.usage,
    });
  if (await questions.confirm(message, false)) return;
  throw new AppError({ code: 'NOT_CONFIRMED', what: 'nothing was done', why: 'you said no', exitCode: EXIT.usage });
}
