// What may be done to a host, as data. Plans, runbooks and explanations are printed from it; only the gate carries it out.

/** A piece of text that may hold values known only later, as `@{name}` (values.ts). */
export type Template = string;

interface Described {
  /** Unique among the actions of its task; lower-case words with dashes. */
  readonly id: string;
  /** For people, as an order: `load the kernel modules`. */
  readonly says: string;
  /** Why it is done, where that is not plain. */
  readonly why?: string;
}

/** A file of root as it shall be. Written only when its content, mode or owner differs; what was there before is kept for `reset`. */
export interface FileAction extends Described {
  readonly kind: 'file';
  readonly path: string;
  readonly content: Template;
  /** Octal, as chmod takes it; 0644 if not given. */
  readonly mode?: string;
}

/** Local files brought to the host, each checked by its hash. Only those that differ are sent. */
export interface UploadAction extends Described {
  readonly kind: 'upload';
  /** `from` is below the folder of packages. */
  readonly files: readonly { readonly from: string; readonly path: string }[];
  readonly mode?: string;
}

/** A script for /bin/sh, run as root. It finds `$again`: `yes` when it was begun before and did not end. */
export interface CommandAction extends Described {
  readonly kind: 'command';
  readonly script: Template;
  /** A script that exits 0 when there is nothing to do; without one the command runs each time and must be harmless then. */
  readonly unless?: string;
  /** The command is needed only when one of these actions of the same task changed something. */
  readonly onChangeOf?: readonly string[];
  /** It changes nothing: a wait or a proof. Not undone, and no change to report. */
  readonly looks?: boolean;
  /** What the command reads: a local file below the folder of packages, or text. */
  readonly input?: { readonly file: string } | { readonly text: Template };
  /** Files that are there while the command runs, mode 0600. */
  readonly files?: readonly { readonly path: string; readonly content: Template }[];
  /** How `reset` takes it back; run only where this command was, and to its end only while nothing fails (`set -e`). */
  readonly undo?: string;
  /** What `reset` runs when everything of the task was taken back, such as a restart of a service that was there before. */
  readonly afterUndo?: string;
  /** Left out: 5 minutes. */
  readonly timeoutMs?: number;
}

export type Action = FileAction | UploadAction | CommandAction;

/** What one phase does on one host: actions in order. */
export interface Task {
  /** `PHASE/HOST` */
  readonly id: string;
  readonly phase: string;
  /** The host's name. */
  readonly host: string;
  readonly actions: readonly Action[];
  /** Tasks that must have ended before. */
  readonly needs: readonly string[];
}

/** Actions of the task that have to follow when this one changes something, as `PHASE/ACTION`. */
export const followersOf = ({ id }: Action, { phase, actions }: Task): readonly string[] =>
  actions.filter((action) => action.kind === 'command' && action.onChangeOf?.includes(id)).map((action) => `${phase}/${action.id}`);

/** A phase as people are told of it. */
export interface PhaseInfo {
  readonly name: string;
  /** `Install the container runtime` */
  readonly title: string;
  /** What it does and why it must be, in a few sentences. */
  readonly explains: string;
  /** The objective of the CKA curriculum that it belongs to. */
  readonly objective: string;
}

/** Something that only a host can tell, and what the plan took for granted. */
export interface Assumption {
  readonly host: string;
  readonly says: string;
}

export interface Plan {
  readonly cluster: string;
  readonly phases: readonly PhaseInfo[];
  /** In an order that can be carried out one after another. */
  readonly tasks: readonly Task[];
  readonly values: readonly ValueSpec[];
  readonly assumptions: readonly Assumption[];
}

/** A value that a host makes while the plan is carried out, the first time something needs it. */
export interface ValueSpec {
  readonly name: string;
  readonly says: string;
  readonly host: string;
  /** Prints the value on stdout; run as root. */
  readonly script: string;
  readonly secret: boolean;
  /** Stands for it in a plan, in a form that the programs accept. */
  readonly placeholder: string;
}
