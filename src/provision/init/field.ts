// What can be said of a new cluster: each thing is one field, an option of `cluster init` and a question of it alike. Pure.
import { nearestName } from '../../errors/nearest-name.ts';
import type { Choice } from '../../platform/questions.ts';

/** What was said so far: field → text, as typed. */
export type Said = Readonly<Record<string, string>>;

export interface InitField {
  /** The long option, in kebab-case. */
  readonly option: string;
  /** For the help; an order is not needed: `the Kubernetes version`. */
  readonly says: string;
  /** The placeholder of its value. */
  readonly value: string;
  /** Of which providers; all if not given. */
  readonly providers?: readonly string[];
  /** Whether it belongs there, as far as is known. Left out: always. */
  applies?(said: Said): boolean;
  choices?(said: Said): readonly Choice<string>[];
  /** Taken when nobody says otherwise; undefined where it must be said. */
  preset?(said: Said): string | undefined;
  /** The question on a terminal; without one it is never asked for. */
  readonly question?: string;
  /** Asked only where the preset does not fit what was said before. */
  readonly onlyIfUnfit?: boolean;
  /** What is wrong with the text; undefined when nothing. */
  check?(text: string, said: Said): string | undefined;
  /** The same for what this machine has to tell: asked again on a terminal, and a warning for an option. */
  look?(text: string): Promise<string | undefined>;
  /** What `look` finds is refused anyway when the file is written. */
  readonly isRefusedLater?: boolean;
}

/** A machine as it is typed: `n1=192.168.2.11`, `n1=192.168.2.11:2222`. */
export interface HostWord {
  readonly name: string;
  readonly address: string;
  readonly port: number | undefined;
}

/** `NAME=ADDRESS[:PORT]`, several with commas between. Throws an Error that says what is expected. */
export function hostWords(text: string): readonly HostWord[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
    .map((word) => {
      const [, name, whole = ''] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      const { address, port } = hostAndPort(whole);
      if (name === undefined || !address)
        throw new Error(`${JSON.stringify(word)} is no machine: give NAME=ADDRESS, several with commas between: n1=192.168.2.11,n2=192.168.2.12`);
      return { name, address, port };
    });
}

/** `192.168.2.100:8443`, `[fd00::1]:8443`, or an address alone. */
export function hostAndPort(text: string): { readonly address: string; readonly port: number | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address !== undefined) return { address, port: port === undefined ? undefined : Number(port) };
  return { address: text.split(':').length > 2 ? text : '', port: undefined };
}

export const oneOfThem =
  (known: readonly string[]): ((text: string) => string | undefined) =>
  (text) => {
    if (known.includes(text)) return undefined;
    const near = nearestName(text, known);
    return `it is one of ${known.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
  };

export const wholeNumberIn =
  (least: number, most: number): ((text: string) => string | undefined) =>
  (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? undefined : `it is a whole number from ${least} to ${most}`;

/** What a reader that throws has to say. */
export const readBy =
  (read: (text: string) => unknown): ((text: string) => string | undefined) =>
  (text) => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

export const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
