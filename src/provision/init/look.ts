// What this machine has to tell of what is said of a new cluster: are the files there that it names. Undefined where nothing is wrong.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { isFolder, readText } from '../../platform/files.ts';
import { shellWord } from '../../platform/shell-quote.ts';
import { loadPackageFolder } from '../packages/folder.ts';

export async function identityFlaw(text: string): Promise<string | undefined> {
  if (text === '' || /^[%$]/.test(text)) return undefined; // what ssh fills in is not known here
  const path = resolve(text.replace(/^~(?=\/|$)/, homedir()));
  if (await isFolder(path)) return `${text} is a folder: name the private key in it, such as ${join(text, 'id_ed25519')}`;
  const content = await readText(path);
  if (content === undefined)
    return `there is no ${text}; make a key: ssh-keygen -t ed25519 -f ${shellWord(text)}, and put it on each machine: ssh-copy-id -i ${shellWord(text)} USER@ADDRESS`;
  if (/^(ssh|ecdsa|sk)-\S+ /.test(content))
    return `${text} is the public half of a key: name the private one, ${text.endsWith('.pub') ? text.slice(0, -4) : 'which ssh-keygen made beside it'}`;
  return content.includes('PRIVATE KEY') ? undefined : `${text} holds no private key`;
}

export async function packagesFlaw(text: string): Promise<string | undefined> {
  if (text === '') return undefined;
  try {
    await loadPackageFolder(text, process.cwd());
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.what}${error.why === undefined ? '' : `: ${error.why}`}`;
  }
}
