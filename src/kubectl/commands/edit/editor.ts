// The person's own editor over a file for passing use. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editor.go
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import type { Ports } from '../../ports.ts';

export interface EditedFile {
  readonly path: string;
  readonly text: string;
}
/** The editor failed; the file is kept where it was made. */
export class EditorFailed extends CommandError {}

/** Resolves with what the file holds afterwards. Rejects with EditorFailed. */
export async function editText(text: string, suffix: string, ports: Ports): Promise<EditedFile> {
  const path = await ports.files.makeTemporaryFile('kubectl-edit-', suffix, text);
  const { words, isShell } = editorOf(ports.env);
  const last = words.at(-1) ?? '';
  const args = isShell ? [...words.slice(1, -1), `${last} ${goQuote(path)}`] : [...words.slice(1), path];
  let exitCode: number;
  try {
    exitCode = await ports.programs.foreground(words[0] ?? '', args);
  } catch {
    throw new EditorFailed(`unable to launch the editor ${goQuote(words.join(' '))}`);
  }
  if (exitCode !== 0) throw new EditorFailed(`there was a problem with the editor ${goQuote(words.join(' '))}`);
  return { path, text: Buffer.from(await ports.files.read(path)).toString('utf8') };
}

function editorOf(env: Ports['env']): { readonly words: readonly string[]; readonly isShell: boolean } {
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
  if (!editor.includes(' ')) return { words: [editor], isShell: false };
  if (!/["'\\]/.test(editor)) return { words: editor.split(' '), isShell: false };
  return { words: [env['SHELL'] || '/bin/bash', '-c', editor], isShell: true };
}
