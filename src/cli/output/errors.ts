// A failure as a person reads it, and as a script reads it: what failed [CODE], why, what to do next, where the log is.
import { AppError, messageOf } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { isStatusError } from '../../kube/machinery/status-error.ts';
import type { Style } from './style.ts';
import { wrap, wrapLineOfAdvice } from './wrap.ts';

/** Any thrown value as an AppError: what nobody foresaw becomes a bug (exit 70) that names where to report it. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isStatusError(error)) {
    return new AppError({
      code: 'API_REFUSED',
      what: 'the Kubernetes API refused a request',
      why: error.message,
      next: ['see whether the cluster is well: ckadet status'],
      exitCode: EXIT.remoteCommand,
      cause: error,
    });
  }
  return new AppError({
    code: 'UNEXPECTED',
    what: 'ckadet failed in a way that nobody foresaw',
    why: messageOf(error),
    next: ['try again; if it fails again, report it with the log file'],
    exitCode: EXIT.bug,
    cause: error,
  });
}

export function renderError(error: AppError, logFile: string | undefined, { width, style }: { readonly width: number; readonly style: Style }): string {
  const page = Math.min(width, 96);
  const hanging = (first: string, rest: string, text: string, paint: (text: string) => string): string =>
    text
      .split('\n')
      .flatMap((line) => wrapLineOfAdvice(line, page - first.length))
      .map((line, i) => (i === 0 ? first : rest) + paint(line))
      .join('\n');
  const plain = (text: string): string => text;
  return [
    `${style.bad('Error:')} ${wrap(`Error: ${error.what} [${error.code}]`, page).slice('Error: '.length)}`,
    ...(error.why ? [hanging('  why   ', '        ', error.why, plain)] : []),
    ...error.next.map((step, i) => hanging(i === 0 ? '  next  ' : '        ', '        ', step, style.code)),
    ...(logFile ? [`  log   ${logFile}`] : []),
    '',
  ].join('\n');
}

export function errorJson(error: AppError, logFile: string | undefined): { readonly error: Readonly<Record<string, unknown>> } {
  return { error: { code: error.code, what: error.what, why: error.why ?? null, next: error.next, exitCode: error.exitCode, logFile: logFile ?? null } };
}
