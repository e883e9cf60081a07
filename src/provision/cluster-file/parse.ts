// cluster.yaml as a checked value. Pure.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { parseChecked, problemLines } from '../../platform/checked-yaml.ts';
import { relations } from './relations.ts';
import { type ClusterFile, clusterSchema } from './schema.ts';

/** Throws AppError CLUSTER_FILE_INVALID with every problem. `name` is how the file is called in it. */
export function parseClusterFile(source: string, name: string): ClusterFile {
  const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.exec(source);
  if (secret)
    throw new AppError({
      code: 'SECRET_IN_FILE',
      what: `${name} holds a private key`,
      why: `line ${source.slice(0, secret.index).split('\n').length}: a cluster file is shared and kept; keys do not belong there`,
      next: ['keep the key in a file of its own, mode 0600, and name it: identity: ~/.ssh/id_ed25519', 'if the file was shared already, make a new key'],
      exitCode: EXIT.invalidFile,
    });
  const checked = parseChecked(source, clusterSchema, relations);
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
