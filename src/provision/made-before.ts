// Whether the file still describes the cluster as it was made: held against the record here, before any host is asked, and against the notes of the hosts.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Host } from '../hosts/host.ts';
import type { Home } from '../platform/home.ts';
import { shellWord } from '../platform/shell-quote.ts';
import type { ClusterSpec } from './cluster-file/cluster-spec.ts';
import { type ClusterRecord, keptFilePath, readRecord, readRecords } from './cluster-records.ts';
import { READ_LAYOUT } from './host-state.ts';
import { demandSameLayout, demandSameMembers, goneOf, type Layout, layoutOf, stillNodes } from './later-changes.ts';
import type { AnyCluster, ClusterOfHosts } from './load.ts';
import { nodesOfCluster } from './members.ts';
import { ownerOf } from './owner.ts';
import type { Site } from './site.ts';

/** By the records of this machine. Throws CLUSTER_CHANGED. Resolves with a remark where the file described another cluster before. */
export async function demandUnchanged(home: Home, any: AnyCluster): Promise<string | undefined> {
  const { name, provider, path } =
    any.kind === 'local' ? { ...nameOf(any.local.cluster), path: any.local.path } : { ...ofHosts(any.loaded.spec), path: any.loaded.path };
  const record = await madeRecord(home, name);
  if (record && record.provider !== provider)
    throw new AppError({
      code: 'CLUSTER_CHANGED',
      what: `the cluster ${name} was made otherwise than the file says now, and nothing was changed`,
      why: `provider was ${record.provider} and is ${provider} now: each makes clusters in a way of its own`,
      next: ['give the new cluster another name in the file', `or remove the old one first: ckadet cluster delete -f FILE, with its own file: ${record.file}`],
      exitCode: EXIT.invalidFile,
    });
  if (record && any.kind === 'hosts') {
    demandSameLayout(record.layout ?? {}, any.loaded.spec);
    if (record.members) demandSameMembers(record.members, any.loaded.spec);
  }
  const remarks = [record && any.kind === 'hosts' ? saysLeft(record, any.loaded.spec) : undefined, await otherOfFile(home, name, path, any)];
  return remarks.filter((each) => each !== undefined).join('\n') || undefined;
}

function saysLeft({ members = [], left = [] }: ClusterRecord, spec: ClusterSpec): string | undefined {
  const names = goneOf([...left, ...members], spec).map(({ name }) => name);
  if (!names.length) return undefined;
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not in the file any more, and what was done there was never taken back; for that, put back what the file had of it, and then: ckadet cluster reset --hosts ${names.join(',')}`;
}

const nameOf = ({ name, provider }: { readonly name: string; readonly provider: string }) => ({ name, provider });
const ofHosts = ({ name, file }: ClusterSpec) => ({ name, provider: file.provider });

/** The version that a cluster was made with from here; undefined where none was. */
export const versionMade = async (home: Home, name: string): Promise<string | undefined> => (await madeRecord(home, name))?.version;

async function madeRecord(home: Home, name: string): Promise<ClusterRecord | undefined> {
  const record = await readRecord(home, name);
  return record?.takenBack ? undefined : record;
}

/**
 * Before a cluster is taken back by a file: another cluster of that name may have been made from here. Rejects with OTHER_CLUSTER where none of its hosts
 * is in the file; resolves with those that are not.
 */
export async function demandOwnFile(home: Home, { path, spec }: ClusterOfHosts): Promise<readonly string[]> {
  const record = await madeRecord(home, spec.name);
  const members = [...(record?.members ?? []), ...(record?.left ?? [])];
  const missing = members.filter(({ nodeIP }) => spec.hosts.every((host) => host.nodeIP !== nodeIP));
  const isOfHosts = record?.provider === spec.file.provider;
  if (!record || (isOfHosts && (!members.length || missing.length < members.length))) return missing.map(({ name }) => name);
  throw new AppError({
    code: 'OTHER_CLUSTER',
    what: `the cluster ${spec.name} that was made from here ${isOfHosts ? 'has other hosts' : 'is another one'} than ${path}${isOfHosts ? '' : ' describes'}, and nothing was changed`,
    why: `${isOfHosts ? `its hosts are ${members.map(({ name, nodeIP }) => `${name} (${nodeIP})`).join(', ')}` : `it is one of ${record.provider}`}; it was made with ${record.file}`,
    next: [
      `take that one back by its own file: ckadet cluster reset -f ${shellWord(record.file)}`,
      `for the one that ${path} describes, give ckadet a state folder of its own: CKADET_HOME=DIR ckadet cluster reset -f FILE`,
    ],
    exitCode: EXIT.invalidFile,
  });
}

/** A file that was written over: the cluster that it described is still there. On the same hosts it is the same one with another name. */
async function otherOfFile(home: Home, name: string, path: string, any: AnyCluster): Promise<string | undefined> {
  const other = (await readRecords(home)).records.find((record) => record.file === path && record.name !== name);
  if (!other) return undefined;
  const addresses = any.kind === 'hosts' ? any.loaded.spec.hosts.map(({ nodeIP }) => nodeIP) : [];
  const shared = (other.members ?? []).filter(({ nodeIP }) => addresses.includes(nodeIP));
  const kept = keptFilePath(home, other.name);
  if (shared.length)
    throw new AppError({
      code: 'CLUSTER_CHANGED',
      what: `${path} says name: ${name}, and the cluster ${other.name} was made with it`,
      why: `${shared.map((each) => each.name).join(', ')} ${shared.length === 1 ? 'is' : 'are'} of ${other.name}: hosts, certificates and kubeconfigs carry the name`,
      next: [
        `put the name back: name: ${other.name}`,
        `or take that cluster back first, with everything in it: ckadet cluster reset -f FILE, its file as it was: ${kept}`,
      ],
      exitCode: EXIT.invalidFile,
    });
  return `the cluster ${other.name} was made with this file, which describes ${name} now; ${other.name} is still reached by its name, and its file as it was is kept: ${kept}`;
}

/**
 * By the notes of a host, which may have been made from another machine. Resolves with whether all that there is to note of the cluster stands there.
 * Rejects with HOST_TAKEN or CLUSTER_CHANGED.
 */
export async function demandAsMade(host: Host, spec: ClusterSpec, signal: AbortSignal): Promise<boolean> {
  if ((await ownerOf(host, spec.name, signal)) === undefined) return false;
  const noted = parseLayout((await host.run(READ_LAYOUT, { as: 'root', signal })).stdout);
  demandSameLayout(noted, spec);
  return Object.entries(layoutOf(spec)).every(([field, value]) => noted[field] === value);
}

function parseLayout(text: string): Layout {
  try {
    const noted: unknown = JSON.parse(text);
    return Object.fromEntries(Object.entries(noted ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {}; // made before layouts were noted, or cut off in between: then only the records tell
  }
}

/** Workers that are not in the file any more are no nodes any more. Rejects with CLUSTER_CHANGED; where the API cannot tell, they are. */
export async function demandNoneLeft(site: Site, home: Home, signal: AbortSignal): Promise<void> {
  const { spec } = site.loaded;
  const gone = goneOf((await madeRecord(home, spec.name))?.members ?? [], spec);
  if (!gone.length) return;
  const nodes = await nodesOfCluster(site.host(spec.first.name), signal).catch((error: unknown) => {
    if (error instanceof AppError) return gone.map(({ nodeName }) => nodeName);
    throw error;
  });
  const known = new Set(nodes);
  const left = gone.filter(({ nodeName }) => known.has(nodeName));
  if (left.length) throw stillNodes(spec.name, left);
}
