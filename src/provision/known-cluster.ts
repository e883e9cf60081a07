// A cluster by its name: the file that it was made with is remembered in its record, and a copy of it is kept.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { isFolder, readText } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { shellWord } from '../platform/shell-quote.ts';
import { type ClusterRecord, keptFilePath, readRecords } from './cluster-records.ts';
import { nameIn } from './cluster-file/parse.ts';
import { type AnyCluster, clusterIn } from './load.ts';
import { recordNamed } from './named-record.ts';

export interface KnownCluster {
  readonly cluster: AnyCluster;
  /** Where the file that was remembered is not the one that counts: why. */
  readonly remark?: string;
}

/** Rejects with NO_SUCH_CLUSTER or CLUSTER_FILE_NOT_FOUND, or as reading its file does. */
export async function loadKnown(home: Home, name: string): Promise<KnownCluster> {
  const { file } = await knownRecord(home, name);
  const isAFolder = await isFolder(file);
  const source = isAFolder ? undefined : await readText(file);
  if (source !== undefined && nameIn(source) === name) return { cluster: clusterIn(source, file) };
  const kept = await readText(keptFilePath(home, name));
  const gone = `${file} ${isAFolder ? 'is a folder now' : source === undefined ? 'is not there any more' : 'describes another cluster now'}`;
  if (kept !== undefined) return { cluster: clusterIn(kept, file), remark: `${gone}: ${name} is taken as it was when it was made` };
  throw new AppError({
    code: 'CLUSTER_FILE_NOT_FOUND',
    what: `the cluster file of ${name} is gone`,
    why: gone,
    next: ['name it where it is now: -f FILE', `where its hosts are gone, too: ckadet cluster delete ${name} --forget`],
    exitCode: EXIT.invalidFile,
  });
}

/** Also of a cluster that was taken back. Rejects with NO_SUCH_CLUSTER. */
export async function knownRecord(home: Home, name: string): Promise<ClusterRecord> {
  const record = await recordNamed(home, name);
  if (record) return record;
  const names = (await readRecords(home)).records.map((each) => each.name);
  const near = nearestName(name, names);
  const looksLikeFile = /[/.]/.test(name);
  throw new AppError({
    code: 'NO_SUCH_CLUSTER',
    what: `no cluster ${JSON.stringify(name)} was made from here`,
    why: names.length ? `made from here: ${names.join(', ')}` : 'none was made from here yet',
    next: [
      ...(near ? [`did you mean ${near}?`] : []),
      looksLikeFile ? `a file is given with -f: -f ${shellWord(name)}` : 'a cluster that is not made yet is named by its file: -f FILE',
      ...(names.length ? ['see them: ckadet cluster list'] : []),
    ],
    exitCode: EXIT.usage,
  });
}
