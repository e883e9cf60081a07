// cluster.yaml as a checked value. Pure.
import { isMap, parseDocument } from 'yaml';
import type * as z from 'zod/mini';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { shellWord } from '../../platform/shell-quote.ts';
import { parseChecked, type Problem, problemLines } from '../../platform/checked-yaml.ts';
import { lastingRelations, relations } from './relations.ts';
import { type ClusterFile, clusterSchema } from './schema.ts';

/** A cluster of hosts. Throws AppError CLUSTER_FILE_INVALID with every problem. `name` is how the file is called in it. */
export const parseClusterFile = (source: string, name: string): ClusterFile => parseFile(source, name, clusterSchema, relations);

/** As far as one needs it to reach a cluster that was made, and to take it back. */
export interface LastingFile {
  readonly file: ClusterFile;
  /** Why a cluster of this file is not made any more. */
  readonly refusal: AppError | undefined;
}

/** Throws as `parseClusterFile`, but for a version that is not supported. */
export function parseLastingFile(source: string, name: string): LastingFile {
  try {
    return { file: parseClusterFile(source, name), refusal: undefined };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CLUSTER_FILE_INVALID') throw error;
    const checked = parseChecked(source, clusterSchema, lastingRelations);
    if ('value' in checked) return { file: checked.value, refusal: error };
    throw error;
  }
}

/** What stands at `provider`, as far as it can be read; the schema says what is wrong with it. */
export const providerIn = (source: string): unknown => topIn(source, 'provider');
export const nameIn = (source: string): unknown => topIn(source, 'name');

function topIn(source: string, field: string): unknown {
  const { contents } = parseDocument(source);
  return isMap(contents) ? contents.get(field) : undefined;
}

export function parseFile<F>(source: string, name: string, schema: z.ZodMiniType<F>, relations: (file: F) => readonly Problem[]): F {
  const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.exec(source);
  if (secret)
    throw new AppError({
      code: 'SECRET_IN_FILE',
      what: `${name} holds a private key`,
      why: `line ${source.slice(0, secret.index).split('\n').length}: a cluster file is shared and kept; keys do not belong there`,
      next: ['keep the key in a file of its own, mode 0600, and name it: identity: ~/.ssh/id_ed25519', 'if the file was shared already, make a new key'],
      exitCode: EXIT.invalidFile,
    });
  if (parseDocument(source).contents === null)
    throw new AppError({
      code: 'CLUSTER_FILE_EMPTY',
      what: `${name} is empty`,
      why: source.trim() === '' ? 'nothing stands in it' : 'nothing but comments stands in it',
      next: [`write it anew: ckadet cluster init --output ${shellWord(name)} --force`],
      exitCode: EXIT.invalidFile,
    });
  const checked = parseChecked(source, schema, relations);
  if ('value' in checked) return checked.value;
  const [first] = checked.problems;
  throw new AppError({
    code: 'CLUSTER_FILE_INVALID',
    what: `${name}${first?.line === undefined ? '' : `, line ${first.line}`} is not right`,
    why: problemLines(checked.problems),
    next: ['ckadet cluster init writes a file that is right, with comments'],
    exitCode: EXIT.invalidFile,
  });
}
