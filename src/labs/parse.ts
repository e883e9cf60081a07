// lab.yaml as a checked value; what is wrong is named by line and field. Pure.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { parseChecked, type PlacedProblem, problemLines } from '../platform/checked-yaml.ts';
import { relations } from './relations.ts';
import { labSchema, type LabFile } from './lab-schema.ts';

export function labFileError(file: string, problems: readonly PlacedProblem[]): AppError {
  const [first] = problems;
  return new AppError({
    code: 'LAB_INVALID',
    what: `${file}${first?.line === undefined ? '' : `, line ${first.line}`} is not right`,
    why: problemLines(problems),
    next: ['ckadet lab new DOMAIN/ID makes a lab that is right, with comments', 'ckadet lab verify LAB --labs DIR proves one'],
    exitCode: EXIT.invalidFile,
  });
}

/** Throws AppError LAB_INVALID with every problem. `file` is how the file is named in it. */
export function parseLabFile(source: string, file: string): LabFile {
  const checked = parseChecked(source, labSchema, relations);
  if ('value' in checked) return checked.value;
  throw labFileError(file, checked.problems);
}
