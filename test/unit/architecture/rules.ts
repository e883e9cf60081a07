// The rules of the house: who may import whom, who alone may use a package, and what no file does.
import { type SourceFile, withoutComments } from './source-file.ts';

/** Each room with the rooms that it may import, itself aside. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  platform: ['errors'],
  kube: ['platform', 'errors'],
  hosts: ['platform', 'errors'],
  cluster: ['kube', 'hosts', 'platform', 'errors'],
  kubectl: ['kube', 'hosts', 'platform', 'errors'],
  labs: ['cluster', 'kubectl', 'kube', 'hosts', 'platform', 'errors'],
  provision: ['cluster', 'kubectl', 'kube', 'hosts', 'platform', 'errors'],
  sim: ['cluster', 'kubectl', 'kube', 'hosts', 'platform', 'errors'],
  cli: ['labs', 'provision', 'sim', 'cluster', 'kubectl', 'kube', 'hosts', 'platform', 'errors'],
};

/** The same inside the simulator; its own files (`simulator.ts`, `provider.ts`) wire everything. */
const SIM_ROOMS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  storage: ['kernel'],
  resources: ['storage', 'kernel'],
  apiserver: ['resources', 'storage', 'kernel'],
  controllers: [],
  scheduler: [],
  kubelet: [],
  network: [],
  shell: ['kernel'],
  programs: ['shell', 'kernel'],
  images: ['programs', 'shell', 'kernel'],
  machine: ['programs', 'shell', 'kernel'],
};

/** The same inside provision. Besides, all of them may import `texts`: what is written on hosts, and nothing of clusters. */
const PROVISION_ROOMS: Readonly<Record<string, readonly string[]>> = {
  texts: [],
  'cluster-file': [],
  survey: ['cluster-file'],
  plan: [],
  packages: ['plan', 'survey', 'cluster-file'],
  kubeadm: ['plan', 'survey', 'cluster-file'],
  phases: ['kubeadm', 'packages', 'plan', 'survey', 'cluster-file'],
  pipelines: ['phases', 'plan', 'survey', 'cluster-file'],
  gate: ['packages', 'plan'],
  providers: ['gate', 'cluster-file'],
  load: ['pipelines', 'phases', 'providers', 'packages', 'plan', 'survey', 'cluster-file'],
  site: ['load', 'gate', 'packages', 'plan', 'survey', 'cluster-file'],
  known: ['site', 'load', 'phases', 'cluster-file'],
  preflight: ['site', 'load', 'kubeadm', 'packages', 'survey', 'cluster-file'],
  status: ['phases', 'survey', 'cluster-file'],
  drill: [],
  init: ['load', 'providers', 'packages', 'cluster-file'],
  runs: ['preflight', 'status', 'drill', 'known', 'site', 'load', 'providers', 'gate', 'pipelines', 'phases', 'packages', 'plan', 'survey', 'cluster-file'],
};

/** Files of provision that lie in no folder, with the room that they belong to. */
const PROVISION_FILES: Readonly<Record<string, string>> = {
  'host-lock': 'texts',
  'host-state': 'texts',
  leftovers: 'texts',
  templates: 'texts',
  words: 'texts',
  capabilities: 'cluster-file',
  'host-login': 'cluster-file',
  'later-changes': 'cluster-file',
  load: 'load',
  site: 'site',
  'host-failures': 'site',
  'cluster-kubeconfig': 'known',
  'cluster-records': 'known',
  'known-cluster': 'known',
  'made-before': 'known',
  members: 'known',
  'named-record': 'known',
  owner: 'known',
  'provisioned-clusters': 'known',
  standing: 'known',
};

/** Packages with one user each. */
const ONLY_USERS: Readonly<Record<string, string>> = {
  chalk: 'src/cli/output/',
  listr2: 'src/cli/output/',
  inquirer: 'src/cli/prompts/',
  '@inquirer/prompts': 'src/cli/prompts/',
  commander: 'src/cli/',
};

const TIME_AND_CHANCE = /\b(?:Date\.now|Math\.random|performance\.now|setTimeout|setInterval)\s*\(|\bnew Date\(\)/;
const EXIT = /\bprocess\.(?:exit\s*\(|exitCode\s*=|abort\s*\()/;
const VAGUE_NAME = /(?:^|[/-])(?:utils?|helpers?|common|misc)(?:[/.-]|$)|-manager\.ts$/;
const LONGEST_FILE = 400;
/** Files that scripts write from the upstream API. */
const GENERATED = /^src\/(?:kube\/api\/|sim\/resources\/facts\/)/;

export type Rule = (file: SourceFile) => readonly string[];

export const rules: Readonly<Record<string, Rule>> = { rooms, simRooms, provisionRooms, onlyUsers, timeAndChance, exits, names, header, size };

export function violations(file: SourceFile): readonly string[] {
  return Object.values(rules)
    .flatMap((rule) => rule(file))
    .map((message) => `${file.path}: ${message}`);
}

const roomOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];
const simRoomOf = (path: string): string | undefined => /^src\/sim\/([^/]+)\//.exec(path)?.[1];

function rooms({ path, imports }: SourceFile): readonly string[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  const allowed = ROOMS[room];
  if (!allowed) return [`there is no room ${room} in the architecture`];
  return imports.flatMap(({ file, specifier }) => {
    if (file === undefined) return [];
    if (!file.startsWith('src/')) return file === 'package.json' ? [] : [`${specifier} leads out of src`];
    const other = roomOf(file);
    return other === room || (other !== undefined && allowed.includes(other)) ? [] : [`${room} may not import ${other ?? file}`];
  });
}

function simRooms({ path, imports }: SourceFile): readonly string[] {
  const room = simRoomOf(path);
  if (room === undefined) return [];
  const allowed = SIM_ROOMS[room];
  if (!allowed) return [`there is no room sim/${room} in the architecture`];
  return imports.flatMap(({ file }) => {
    if (!file?.startsWith('src/sim/')) return [];
    const other = simRoomOf(file);
    // Operations ask admission; what admission writes goes through a port.
    if (path.startsWith('src/sim/apiserver/admission/') && file.startsWith('src/sim/apiserver/operations/')) return ['admission may not import operations'];
    // Whoever fills a port that another room declares may read its declaration.
    const isPort = file.startsWith(`src/sim/${other}/ports/`);
    return other === room || isPort || (other !== undefined && allowed.includes(other))
      ? []
      : [`sim/${room} may not import ${other === undefined ? file : `sim/${other}`}`];
  });
}

function provisionRoomOf(path: string): string | undefined {
  const [, folder, file = ''] = /^src\/provision\/(?:([^/]+)\/|([^/]+)\.ts$)/.exec(path) ?? [];
  return folder ?? PROVISION_FILES[file];
}

function provisionRooms({ path, imports }: SourceFile): readonly string[] {
  if (!path.startsWith('src/provision/')) return [];
  const room = provisionRoomOf(path);
  const allowed = room === undefined ? undefined : PROVISION_ROOMS[room];
  if (!allowed) return [`there is no room for ${path.replace('src/', '')} in the architecture`];
  return imports.flatMap(({ file }) => {
    if (!file?.startsWith('src/provision/')) return [];
    const other = provisionRoomOf(file);
    const may = other === room || other === 'texts' || (other !== undefined && allowed.includes(other));
    return may ? [] : [`provision/${room} may not import ${file.replace('src/', '')}`];
  });
}

function onlyUsers({ path, imports }: SourceFile): readonly string[] {
  return imports.flatMap((each) => {
    const user = ONLY_USERS[each.package ?? ''];
    return user === undefined || path.startsWith(user) ? [] : [`only ${user} may use ${each.package}`];
  });
}

function timeAndChance({ path, text }: SourceFile): readonly string[] {
  if (path.startsWith('src/platform/') || path.startsWith('src/sim/kernel/')) return [];
  const found = TIME_AND_CHANCE.exec(withoutComments(text));
  return found ? [`time and chance are injected: no ${found[0]}…) here`] : [];
}

function exits({ path, text }: SourceFile): readonly string[] {
  return path !== 'src/main.ts' && EXIT.test(withoutComments(text)) ? ['only main.ts exits the process'] : [];
}

function names({ path }: SourceFile): readonly string[] {
  const inRepo = path.replace(/^src\//, '');
  return [
    ...(VAGUE_NAME.test(inRepo) ? ['the name says nothing: no utils, helpers, common, misc, manager'] : []),
    ...(/[^a-z0-9./-]/.test(inRepo) ? ['file names are kebab-case'] : []),
    ...(/(?:^|\/)index\.ts$/.test(inRepo) ? ['no barrels'] : []),
  ];
}

function header({ path, text }: SourceFile): readonly string[] {
  const [first = ''] = text.replace(/^#!.*\n/, '').split('\n');
  return first.startsWith('//') || first.startsWith('/*') || path.endsWith('.json') ? [] : ['the first line says what the file is for'];
}

function size({ path, text }: SourceFile): readonly string[] {
  const lines = text.split('\n').length;
  return lines > LONGEST_FILE && !GENERATED.test(path) ? [`${lines} lines; more than one job?`] : [];
}
