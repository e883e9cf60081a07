// Finds labs in folders and reads them; the list needs no more than a glance at each file.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { readFolder, readText } from '../platform/files.ts';
import { DOMAIN_NAMES, type Domain } from './curriculum.ts';
import type { LabFile } from './lab-schema.ts';

/** What the list shows of a lab. */
export interface LabSummary {
  /** `workloads-scheduling/node-affinity` */
  readonly id: string;
  readonly domain: Domain;
  readonly title: string;
  readonly minutes: number;
  readonly difficulty: number;
  readonly folder: string;
}

export interface Lab {
  readonly id: string;
  readonly domain: Domain;
  readonly folder: string;
  readonly file: LabFile;
}

export const isDomain = (name: string): name is Domain => (DOMAIN_NAMES as readonly string[]).includes(name);

/** Folders of labs: domain/id with a lab.yaml, in the curriculum's order. A missing root is an error. */
async function labFolders(root: string): Promise<readonly { readonly id: string; readonly domain: Domain; readonly folder: string }[]> {
  const found: { id: string; domain: Domain; folder: string }[] = [];
  const names = await readFolder(root);
  if (!names.length)
    throw new AppError({
      code: 'NO_LABS',
      what: `there are no labs in ${root}`,
      next: ['give a folder with DOMAIN/ID/lab.yaml below it', 'make a lab: ckadet lab new storage/my-lab --labs DIR'],
      exitCode: EXIT.usage,
    });
  for (const domain of DOMAIN_NAMES) {
    if (!names.includes(domain)) continue;
    for (const id of [...(await readFolder(path.join(root, domain)))].sort())
      found.push({ id: `${domain}/${id}`, domain, folder: path.join(root, domain, id) });
  }
  return found;
}

/** From the index that the build wrote beside the package's labs; undefined when there is none. */
async function indexed(root: string, indexFile: string | undefined): Promise<readonly LabSummary[] | undefined> {
  const text = indexFile === undefined ? undefined : await readText(indexFile);
  if (text === undefined) return undefined;
  return (JSON.parse(text) as readonly Omit<LabSummary, 'folder'>[]).map((summary) => ({ ...summary, folder: path.join(root, summary.id) }));
}

export async function listLabs(root: string, indexFile?: string): Promise<readonly LabSummary[]> {
  const known = await indexed(root, indexFile);
  if (known) return known;
  const { parseLabFile } = await import('./parse.ts');
  return Promise.all(
    (await labFolders(root)).map(async ({ id, domain, folder }) => {
      const { title, minutes, difficulty } = parseLabFile(await labText(folder, id), path.join(folder, 'lab.yaml'));
      return { id, domain, title, minutes, difficulty, folder };
    }),
  );
}

async function labText(folder: string, id: string): Promise<string> {
  const text = await readText(path.join(folder, 'lab.yaml'));
  if (text === undefined)
    throw new AppError({ code: 'LAB_INVALID', what: `the lab ${id} has no lab.yaml`, why: `${folder} should hold one`, exitCode: EXIT.invalidFile });
  return text;
}

/** By full id or by the last part alone where that is clear. Rejects with LAB_NOT_FOUND or LAB_INVALID. */
export async function loadLab(root: string, name: string): Promise<Lab> {
  const all = await labFolders(root);
  const found = all.find(({ id }) => id === name) ?? onlyOne(all.filter(({ id }) => id.endsWith(`/${name}`)));
  if (!found) {
    const near = nearestName(
      name,
      all.flatMap(({ id }) => [id, id.slice(id.indexOf('/') + 1)]),
    );
    throw new AppError({
      code: 'LAB_NOT_FOUND',
      what: `there is no lab ${name}`,
      ...(near ? { why: `did you mean: ${near}` } : {}),
      next: ['see them all: ckadet lab list'],
      exitCode: EXIT.usage,
    });
  }
  const { parseLabFile } = await import('./parse.ts');
  return { ...found, file: parseLabFile(await labText(found.folder, found.id), path.join(found.folder, 'lab.yaml')) };
}
const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** A text file of the lab, undefined when it has none. */
export const labDocument = (lab: Pick<Lab, 'folder'>, name: string): Promise<string | undefined> => readText(path.join(lab.folder, name));

/** Names of the scripts in `solutions` or `wrong`, in order. */
export async function labScripts({ folder }: Pick<Lab, 'folder'>, kind: 'solutions' | 'wrong'): Promise<readonly string[]> {
  const names = await readdir(path.join(folder, kind)).catch(() => []);
  return names.filter((name) => name.endsWith('.sh')).sort();
}
