// kubectl delete -i: shows what would be deleted and asks.
import { textOf } from '../../kube/client/transport.ts';
import type { Kubectl } from '../kubectl.ts';
import type { Info } from '../resources/info.ts';

export async function confirmDeletion(infos: readonly Info[], kubectl: Kubectl): Promise<boolean> {
  kubectl.print(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const { resource, name } of infos) kubectl.print(`${resource?.kind.toLowerCase() ?? ''}${resource?.group ? `.${resource.group}` : ''}/${name}\n`);
  kubectl.print('Do you want to continue? (y/N): ');
  const answer = await firstLine(kubectl);
  if (/^y$/i.test(answer.trim())) return true;
  kubectl.print('deletion is cancelled\n');
  return false;
}

async function firstLine({ ports: { stdin } }: Kubectl): Promise<string> {
  if (!stdin.isTerminal) return (await textOf(stdin.bytes())).split('\n')[0] ?? '';
  let typed = '';
  for await (const chunk of stdin.bytes()) {
    typed += Buffer.from(chunk).toString('utf8');
    if (typed.includes('\n')) break;
  }
  return typed.split('\n')[0] ?? '';
}
