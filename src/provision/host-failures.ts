// What went wrong on several hosts, as one error: what differs is said of each, the rest once. Pure.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';

/** A host as errors may call it. */
interface Known {
  readonly name: string;
  /** `user@address:port` */
  readonly where: string;
}

export interface HostFailure {
  readonly host: Known;
  readonly error: unknown;
}

/** The failure of one of several hosts, with the name that the cluster file gives it. */
export function nameHost({ host, error }: HostFailure): unknown {
  if (!(error instanceof AppError) || word(host.name).test(error.message)) return error;
  const { code, what, why, next, exitCode, cause } = error;
  return new AppError({ code, what: `${host.name}: ${what}`, ...(why === undefined ? {} : { why }), next, exitCode, cause });
}

export function severalFailures(failures: readonly HostFailure[]): AppError {
  const groups = groupedBy(failures, ({ host, error }) => (error instanceof AppError ? withoutHost(error.why ?? '', host) : String(error)));
  const told = groups.flatMap((group) => {
    const [first] = group;
    const why = first?.error instanceof AppError ? first.error.why : undefined;
    // One alone is said in one line.
    if (group.length === 1 || why === undefined) return group.map(({ host, error }) => `${host.name}: ${messageOfOne(error)}`);
    return [...group.map(({ host, error }) => `${host.name}: ${error instanceof AppError ? error.what : String(error)}`), why];
  });
  const advice = failures.flatMap(({ host, error }) => (error instanceof AppError ? error.next.map((text) => ({ host, text })) : []));
  const next = groupedBy(advice, ({ host, text }) => withoutHost(text, host)).map((group) => {
    const [first, ...others] = group;
    const isSame = others.every(({ text }) => text === first?.text);
    return `${first?.text ?? ''}${isSame ? '' : ` (that is ${first?.host.name}; likewise ${others.map(({ host }) => host.name).join(', ')})`}`;
  });
  const [first] = failures;
  return new AppError({
    code: 'HOSTS_FAILED',
    what: `${failures.length} hosts cannot be worked on: ${failures.map(({ host }) => host.name).join(', ')}`,
    why: told.join('\n'),
    next: next.slice(0, 6),
    exitCode: first?.error instanceof AppError ? first.error.exitCode : EXIT.bug,
    cause: first?.error,
  });
}

const messageOfOne = (error: unknown): string => (error instanceof AppError ? error.message : String(error));

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  return [...Map.groupBy(items, keyOf).values()];
}

const word = (text: string, flags = ''): RegExp => new RegExp(`(?<![\\w.-])${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, flags);

/** The text as it would be of any host. */
function withoutHost(text: string, { name, where }: Known): string {
  const login = where.replace(/:\d+$/, '');
  const address = login.replace(/^[^@]*@/, '');
  return [where, login, address, name].reduce((rest, each) => (each === '' ? rest : rest.replace(word(each, 'g'), '@')), text);
}
