// How to become root on one host: found out once, and with a password where sudo asks for one. The password goes to sudo's standard input and nowhere else.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Asker } from '../asker.ts';
import type { CommandResult } from '../host.ts';
import type { RootMeans } from './command-line.ts';

/** As often as sudo itself asks. */
const ATTEMPTS = 3;
/** Says `self`, `sudo` or `missing` as its last line; anything else is sudo's reason to ask. */
export const PROBE = `if [ "$(id -u)" = 0 ]; then echo self; elif ! command -v sudo >/dev/null; then echo missing; else LC_ALL=C sudo -n true 2>&1 && echo sudo; fi`;
/** Reads the password from its standard input; whatever sudo remembers does not count. */
export const VALIDATE = `LC_ALL=C sudo -k -S -p '' true`;
const FORBIDDEN = /not in the sudoers|may not run sudo|not allowed to (?:run|execute)|must have a tty|no tty present|only be run|not permitted/i;

export interface SudoOptions {
  readonly where: string;
  readonly user: string;
  readonly asker: Asker;
  /** With the user's own rights. */
  run(script: string, input: string): Promise<CommandResult>;
}

export class Sudo {
  readonly #options: SudoOptions;
  #means: Promise<RootMeans> | undefined;

  constructor(options: SudoOptions) {
    this.#options = options;
  }

  /** Rejects with NO_SUDO or SUDO_PASSWORD; asked again, it tries again. */
  means(): Promise<RootMeans> {
    this.#means ??= this.#find().catch((error: unknown) => {
      this.#means = undefined;
      throw error;
    });
    return this.#means;
  }

  async #find(): Promise<RootMeans> {
    const { asker, run } = this.#options;
    const { stdout } = await run(PROBE, '');
    const said = stdout.trim();
    const last = said.split('\n').at(-1) ?? '';
    if (last === 'self' || last === 'sudo') return { by: last };
    if (last === 'missing') throw this.#noSudo('sudo is not installed there');
    if (FORBIDDEN.test(said)) throw this.#noSudo(last);
    return asker.inTurn(() => this.#withPassword());
  }

  async #withPassword(): Promise<RootMeans> {
    const { asker, user, where } = this.#options;
    const known = asker.knownSudoPasswords(user);
    for (const password of known) if (await this.#isRight(password)) return { by: 'password', password };
    if (!asker.interactive) throw this.#wrong(known.length === 0 ? `sudo asks ${user} for a password, and nobody is there to answer` : 'the password is wrong');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const password = await asker.secret(`${attempt === 1 ? '' : 'That was wrong. '}Password of ${user} for sudo on ${where}:`);
      if (!(await this.#isRight(password))) continue;
      asker.rememberSudoPassword(user, password);
      return { by: 'password', password };
    }
    throw this.#wrong(`the password was wrong ${ATTEMPTS} times`);
  }

  async #isRight(password: string): Promise<boolean> {
    if (/[\n\r\0]/.test(password)) return false;
    const { exitCode, stderr } = await this.#options.run(VALIDATE, `${password}\n`);
    if (exitCode === 0) return true;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    if (FORBIDDEN.test(stderr)) throw this.#noSudo(last);
    return false;
  }

  #noSudo(why: string): AppError {
    const { user, where } = this.#options;
    return new AppError({
      code: 'NO_SUDO',
      what: `${user} cannot become root on ${where}`,
      why,
      next: [
        `let an administrator of that host allow it: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${user}`,
        'or log in as a user who may use sudo, or as root: set the user of the host in the cluster file',
      ],
      exitCode: EXIT.remoteCommand,
    });
  }

  #wrong(why: string): AppError {
    const { user, where } = this.#options;
    return new AppError({
      code: 'SUDO_PASSWORD',
      what: `${user} cannot become root on ${where}`,
      why,
      next: [
        'run the command on a terminal and type the password when asked',
        `or let sudo ask for none, as root on that host: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${user}`,
      ],
      exitCode: EXIT.remoteCommand,
    });
  }
}
