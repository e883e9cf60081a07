// How a command fails, and what is printed of it. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (checkErr)
import { StatusError } from '../kube/machinery/status-error.ts';
import { messageOf } from '../errors/app-error.ts';
import { goQuote } from './go-quote.ts';

/** A failure in kubectl's own words, which stand as they are behind `error: `. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** The server has no resource of that name: the one failure of kubectl's own that stands without `error: `. */
export class NoResourceMatch extends Error {
  constructor(resource: string, group: string) {
    super(`the server doesn't have a resource type ${goQuote(resource)}${group ? ` in group ${goQuote(group)}` : ''}`);
    this.name = 'NoResourceMatch';
  }
}

/** Ends the command with a code; what there is to say was said. */
export class Exit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit status ${exitCode}`);
    this.name = 'Exit';
    this.exitCode = exitCode;
  }
}

/** A failure whose sentence stands alone, without `error: `. */
export class BareError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Shows the help of the command on stdout before the failure; without one, that is all. */
export class HelpFirst extends Error {
  readonly failure: Error | undefined;
  constructor(failure?: Error) {
    super(failure?.message ?? 'help');
    this.name = 'HelpFirst';
    this.failure = failure;
  }
}

/** Several failures of one call. One that is several itself stands in brackets among the others. Never empty: made by `joined`. */
export class Failures extends Error {
  readonly errors: readonly Error[];
  constructor(errors: readonly Error[]) {
    const messages = [...new Set(errors.flatMap(separate).map((each) => each.message))];
    super(messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`);
    this.name = 'Failures';
    this.errors = errors;
  }
}

/** Each failure of those that are several. */
export function separate(error: Error): readonly Error[] {
  return error instanceof Failures ? error.errors.flatMap(separate) : [error];
}

/** Nothing for none, the failure itself for one, all of them together for more. */
export const joined = (errors: readonly Error[]): Error | undefined => (errors.length > 1 ? new Failures(errors) : errors[0]);
/** Throws what there is. */
export function throwAll(errors: readonly Error[]): void {
  const failure = joined(errors);
  if (failure) throw failure;
}

/** A failure that keeps what it was (NotFound, Invalid …) and says where it happened. Models cmdutil.AddSourceToErr */
export function withSource(verb: string, source: string, error: unknown): Error {
  if (source === '') return error as Error;
  const what = `error when ${verb} ${goQuote(source)}: `;
  if (error instanceof StatusError) {
    const status = error.toStatus();
    return StatusError.fromStatus({ ...status, message: `${what}${status.message ?? ''}` }, error.code);
  }
  return new CommandError(`${what}${messageOf(error)}`);
}

/** The server could not be reached: the network's or TLS's reason in Go's words. */
export class UnreachableError extends Error {
  /** True where nobody listens. */
  readonly isRefused: boolean;
  readonly host: string;
  readonly reason: string;
  /** `during` says of which request, in front of the reason: `Get "https://…": `. */
  constructor(host: string, reason: string, { isRefused = false, during = '' }: { readonly isRefused?: boolean; readonly during?: string } = {}) {
    super(`${during}${reason}`);
    this.name = 'UnreachableError';
    this.host = host;
    this.reason = reason;
    this.isRefused = isRefused;
  }
}

/** The sentences for what the API or the network said; undefined for failures of other kinds. */
function standardMessage(error: Error): string | undefined {
  if (error instanceof StatusError) {
    if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${error.message})`;
    return error.reason ? `Error from server (${error.reason}): ${error.message}` : `Error from server: ${error.message}`;
  }
  if (error instanceof BareError) return error.message;
  if (error instanceof UnreachableError) {
    if (error.isRefused) return `The connection to the server ${error.host} was refused - did you specify the right host or port?`;
    return `Unable to connect to the server: ${error.reason}`;
  }
  return undefined;
}

export interface FailureText {
  /** A newline at its end is left out where it is the only one; empty for nothing. */
  readonly text: string;
  readonly exitCode: number;
}

/** What stands on stderr, and the exit code. Throws what only a bug throws. */
export function failureText(thrown: unknown): FailureText {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  // A bug of ours is not the person's mistake: whoever called tells it as one. What Node refuses of what was typed has a code.
  if ((error instanceof TypeError || error instanceof ReferenceError) && !('code' in error)) throw error;
  if (error instanceof Exit) return { text: '', exitCode: error.exitCode };
  if (error instanceof StatusError && error.reason === 'Invalid') return { text: invalidText(error), exitCode: 1 };
  if (error instanceof Failures) return { text: error.errors.map((each) => `${standardMessage(each) ?? each.message}\n`).join(''), exitCode: 1 };
  if (error instanceof NoResourceMatch) return { text: error.message, exitCode: 1 };
  const standard = standardMessage(error);
  if (standard !== undefined) return { text: standard, exitCode: error instanceof BareError ? error.exitCode : 1 };
  const { message } = error;
  return { text: message.startsWith('error: ') ? message : `error: ${message}`, exitCode: error instanceof CommandError ? error.exitCode : 1 };
}

function invalidText(error: StatusError): string {
  const { details, message } = error.toStatus();
  if (!details) return `The request is invalid: ${message ?? ''}`;
  const { kind = '', name = '', causes = [] } = details;
  const head =
    kind || name ? `The ${kind} ${goQuote(name)} is invalid` : message && !causes.length ? `The request is invalid: ${message}` : 'The request is invalid';
  if (!causes.length) return head;
  const lines = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  return lines.length === 1 ? `${head}: ${lines[0]}\n` : `${head}: \n${lines.map((line) => `* ${line}\n`).join('')}`;
}
