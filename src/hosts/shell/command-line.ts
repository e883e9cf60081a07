// The lines that hosts are given: a script for /bin/sh, marked so that it can be found again, with the user's rights or root's.
import { ROOT_PATH } from '../../platform/root-path.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';

/** How one becomes root: one is root, sudo asks nothing, or sudo reads a password. */
export type RootMeans = { readonly by: 'self' } | { readonly by: 'sudo' } | { readonly by: 'password'; readonly password: string };

/** Everything that a command starts inherits this variable; its value tells commands apart. */
const MARK = 'CKADET_RUN';

export interface Launch {
  readonly commandLine: string;
  /** What has to stand before the command's own input. */
  readonly preamble: string;
}

/** `exec`, `env` and single quotes mean the same in every login shell that a server is likely to have. */
export function launch(script: string, token: string, means: RootMeans = { by: 'self' }): Launch {
  const shell = `env ${MARK}=${token} /bin/sh -c`;
  if (means.by === 'self') return { commandLine: `exec ${shell} ${shellQuoted(script)}`, preamble: '' };
  const asRoot = shellQuoted(`${ROOT_PATH}\n${script}`);
  if (means.by === 'sudo') return { commandLine: `exec sudo -n -- ${shell} ${asRoot}`, preamble: '' };
  // Where sudo does not read the password after all (a rule for this very command), it must not become the command's input: that begins after the token.
  const afterToken = `while IFS= read -r line; do if [ "$line" = ${token} ]; then exec /bin/sh -c "$1"; fi; done; exit 1`;
  return {
    commandLine: `exec sudo -k -S -p '' -- ${shell} ${shellQuoted(afterToken)} sh ${asRoot}`,
    preamble: `${means.password}\n${token}\n`,
  };
}

/**
 * Ends what `token` marks and all that it started: asks first, insists after two seconds. What cannot be found may only be about to start,
 * so it is looked for a little longer.
 */
export const endingScript = (token: string): string => `
marked() { grep -lF '${MARK}=${token}' /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
turns=0
while [ $turns -lt 3 ] && [ -z "$(marked)" ]; do sleep 0.1; turns=$((turns + 1)); done
for how in TERM KILL; do
  pids=$(marked)
  [ -n "$pids" ] || exit 0
  kill -s $how $pids 2>/dev/null
  turns=0
  while [ $turns -lt 20 ] && [ -n "$(marked)" ]; do sleep 0.1; turns=$((turns + 1)); done
done
`;
