// What a command that changes something prints of each object: `pod/web created`, or the object as -o says.
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { Kubectl } from '../kubectl.ts';
import { namePrinter } from '../printers/name-printer.ts';
import { printerFor, type PrintChoice } from '../printers/printer.ts';
import { withDryRun, type DryRun } from './dry-run.ts';

/** `isTyped` says that the command knows the object's type: its JSON keeps the order of the fields. */
interface ReportOptions {
  readonly isTyped?: boolean;
}
export type Report = (object: JsonObject) => void;

/** Rejects with kubectl's sentence for a format that is none, before anything is changed. */
export async function reporter(
  flags: PrintChoice,
  kubectl: Kubectl,
  operation: string,
  dryRun: DryRun = 'none',
  { isTyped = false }: ReportOptions = {},
): Promise<Report> {
  const printer = (await printerFor(flags, kubectl.ports, { isTyped })) ?? namePrinter(withDryRun(operation, dryRun));
  return (object) => kubectl.print(printer.print(object));
}
