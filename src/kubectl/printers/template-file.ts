// The template of -o jsonpath and -o go-template: behind the format, or in the file that is named there.
import { CommandError } from '../failures.ts';
import { systemReason } from '../system-reason.ts';
import type { PrinterRequest } from './printer.ts';

/** Rejects where there is none. */
export async function templateOf({ argument, ports }: PrinterRequest, isFile: boolean): Promise<string> {
  if (argument === '') throw new CommandError('template format specified but no template given');
  if (!isFile) return argument;
  try {
    return Buffer.from(await ports.files.read(argument)).toString('utf8');
  } catch (error) {
    throw new CommandError(`error reading --template ${argument}, ${systemReason(error, argument)}`);
  }
}
