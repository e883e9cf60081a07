// A cluster file read, checked, and, for those who install something, completed with what lies beside it: packages, certificates. No host is asked.
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { isFolder, readText } from '../platform/files.ts';
import { shellWord } from '../platform/shell-quote.ts';
import { type ClusterSpec, clusterSpec, type HostSpec } from './cluster-file/cluster-spec.ts';
import { parseClusterFile, parseLastingFile, providerIn } from './cluster-file/parse.ts';
import type { ClusterFile } from './cluster-file/schema.ts';
import { assumed, type HostFacts } from './survey/facts.ts';
import { loadPackageFolder, type PackageFolder } from './packages/folder.ts';
import { demandManifests } from './packages/manifests.ts';
import { NOTHING_STANDS, type PhaseContext, type Standing } from './phases/phase.ts';
import { assumptionsOf, CREATE, planOf } from './pipelines/create.ts';
import type { Plan } from './plan/action.ts';
import type { LocalCluster } from './providers/provider.ts';
import { LOCAL_PROVIDERS } from './providers/registry.ts';

/** Enough to find the hosts, to ask them, and to take them back; what was installed on them may lie nowhere any more. */
export interface ClusterOfHosts {
  /** Absolute. */
  readonly path: string;
  readonly spec: ClusterSpec;
  /** Why it is not made any more, though one that was made is reached and taken back. */
  readonly refusal?: AppError | undefined;
}

/** Enough to make it. */
export interface LoadedCluster extends ClusterOfHosts {
  /** Undefined where they come from repositories. */
  readonly packages: PackageFolder | undefined;
}

/** A cluster that a provider makes on this machine. */
export interface LoadedLocal {
  /** Absolute. */
  readonly path: string;
  readonly cluster: LocalCluster;
}

export type AnyCluster = { readonly kind: 'hosts'; readonly loaded: ClusterOfHosts } | { readonly kind: 'local'; readonly local: LoadedLocal };

/** Rejects with CLUSTER_FILE_NOT_FOUND, CLUSTER_FILE_IS_FOLDER or CLUSTER_FILE_INVALID. */
export async function loadAnyCluster(path: string): Promise<AnyCluster> {
  const source = await readClusterFile(path);
  if (source !== undefined) return clusterIn(source, path);
  throw new AppError({
    code: 'CLUSTER_FILE_NOT_FOUND',
    what: `there is no cluster file ${path}`,
    next: ['write one: ckadet cluster init', 'or name it: -f FILE', 'or name a cluster that was made from here: ckadet cluster list'],
    exitCode: EXIT.invalidFile,
  });
}

/** Undefined where there is none. Rejects with CLUSTER_FILE_IS_FOLDER. */
export async function readClusterFile(path: string): Promise<string | undefined> {
  if (!(await isFolder(path))) return readText(resolve(path));
  throw new AppError({
    code: 'CLUSTER_FILE_IS_FOLDER',
    what: `${path} is a folder`,
    why: 'a cluster is described by one file',
    next: [`name the file in it, for example: -f ${shellWord(join(path, 'cluster.yaml'))}`, 'or write one: ckadet cluster init'],
    exitCode: EXIT.usage,
  });
}

/** A cluster file that was read already; `path` is where what it names is found from, and how it is called. Throws CLUSTER_FILE_INVALID. */
export function clusterIn(source: string, path: string): AnyCluster {
  const absolute = resolve(path);
  const local = localIn(source, path);
  if (local) return { kind: 'local', local: { path: absolute, cluster: local } };
  const { file, refusal } = parseLastingFile(source, path);
  return { kind: 'hosts', loaded: { path: absolute, spec: clusterSpec(file), refusal } };
}

/** As one that is to be made. Throws CLUSTER_FILE_INVALID. What the file names beside it is not looked at. */
export function parseAny(source: string, name: string): { readonly hosts: ClusterFile } | { readonly local: LocalCluster } {
  const local = localIn(source, name);
  return local ? { local } : { hosts: parseClusterFile(source, name) };
}

function localIn(source: string, name: string): LocalCluster | undefined {
  const named = providerIn(source);
  return LOCAL_PROVIDERS.find((each) => each.name === named)?.parse(source, name);
}

/** A cluster of hosts; throws NOT_FOR_PROVIDER for one that a provider makes on this machine. */
export function demandHosts(any: AnyCluster): ClusterOfHosts {
  if (any.kind === 'hosts') return any.loaded;
  const { name, provider } = any.local.cluster;
  throw new AppError({
    code: 'NOT_FOR_PROVIDER',
    what: `this is for clusters of hosts, and ${name} is made by ${provider}`,
    why: `${any.local.path} says provider: ${provider}`,
    next: [
      'what there is for it: ckadet cluster validate | plan | create | status | kubeconfig | creds | delete',
      `the rest is ${provider}'s own: ${provider} --help`,
    ],
    exitCode: EXIT.usage,
  });
}

/**
 * With what its file names to be installed. A bare `1.35` is the patch of the packages at hand, or else the one that it was `made` with.
 * Rejects with CLUSTER_FILE_INVALID where its version is not supported any more, PACKAGES_NOT_FOUND, PACKAGES_INCOMPLETE, VERSION_NOT_IN_PACKAGES or CERTIFICATES_NOT_FOUND.
 */
export async function withPackages({ path, spec: { file: written }, refusal }: ClusterOfHosts, made?: string): Promise<LoadedCluster> {
  if (refusal) throw refusal;
  const base = dirname(path);
  const file = await withCertificates(written, base);
  const packages = file.packages.source === 'folder' ? await loadPackageFolder(file.packages.path, base) : undefined;
  const spec = clusterSpec(file, packages ? packages.kubernetesVersion : made);
  const has = packages?.kubernetesVersion;
  if (has !== undefined && has !== spec.version.full)
    throw new AppError({
      code: 'VERSION_NOT_IN_PACKAGES',
      what: `the folder of packages has no Kubernetes ${spec.version.full}`,
      why: `its images are of ${has}: ${packages?.path}`,
      next: [`ask for what is there: kubernetesVersion: "${has.slice(1)}"`, 'or bring the packages of the other version'],
      exitCode: EXIT.invalidFile,
    });
  // What does not depend on the hosts is missed before any of them is asked.
  if (packages) demandManifests(spec, packages);
  return { path, spec, packages };
}

/** The certificates to trust in place of the path of their file. */
async function withCertificates(file: ClusterFile, base: string): Promise<ClusterFile> {
  const { packages } = file;
  if (packages.source !== 'repositories' || packages.ca === undefined) return file;
  const path = resolve(base, packages.ca);
  const isAFolder = await isFolder(path);
  const ca = isAFolder ? undefined : await readText(path);
  if (ca?.includes('-----BEGIN CERTIFICATE-----')) return { ...file, packages: { ...packages, ca } };
  throw new AppError({
    code: 'CERTIFICATES_NOT_FOUND',
    what: `${path} ${isAFolder ? 'is a folder' : ca === undefined ? 'does not exist' : 'holds no certificate'}`,
    why: 'packages.ca of the cluster file names it: a file with certificates in PEM form that the hosts shall trust',
    next: ['correct packages.ca, or leave it out'],
    exitCode: EXIT.invalidFile,
  });
}

export function contextOf(
  { spec, packages }: LoadedCluster,
  facts: ReadonlyMap<string, HostFacts> = new Map(),
  standing: Standing = NOTHING_STANDS,
): PhaseContext {
  return {
    spec,
    packages,
    standing,
    facts: (host: HostSpec) => facts.get(host.name) ?? { ...assumed(host), ...(acceptsCgroupV1(spec) ? { cgroup: 'v1' as const } : {}) },
  };
}

// A file that accepts cgroup v1 is written for hosts that have it.
const acceptsCgroupV1 = ({ file }: ClusterSpec): boolean => file.preflight.accept.some(({ check }) => check === 'cgroup');

/** The plan for making the cluster. Without facts of the hosts it says what it assumes of them. */
export const createPlan = (loaded: LoadedCluster, facts?: ReadonlyMap<string, HostFacts>, standing?: Standing): Plan =>
  planOf(CREATE, contextOf(loaded, facts, standing), facts ? [] : assumptionsOf(loaded.spec));
