// Where packages and images come from: does the folder fit the host, do repositories and registries answer it.
import { inFolder, type PackageFolder } from '../../packages/folder.ts';
import { type Place, placeOf } from '../../survey/distribution.ts';
import { answer, answers, has } from '../../survey/survey.ts';
import type { HostSpec } from '../../cluster-file/cluster-spec.ts';
import { cannotTell, type Check, type Grounds, green, red, type Verdict, yellow } from '../check.ts';
import { IMAGES, PACKAGES } from '../sources-probe.ts';
import { isOurs } from './own.ts';

const OTHER_WAY = 'or bring all from a folder: packages: {source: folder, path: DIR}';

export const packageSources: Check = {
  name: 'packages',
  look(host, grounds) {
    const facts = grounds.survey(host);
    if (grounds.packages) return fits(grounds.packages, placeOf(facts));
    const manager = ['apt-get', 'dnf'].find((name) => has(facts, name));
    if (manager !== undefined)
      return answered(host, grounds, PACKAGES, `packages.mirror, packages.proxy and packages.ca of the cluster file say where from; ${OTHER_WAY}`);
    if (answer(facts, 'end') === undefined) return cannotTell('which package manager it has');
    return red('has neither apt-get nor dnf', 'use a folder of packages: packages: {source: folder, path: DIR}');
  },
};

export const imageSources: Check = {
  name: 'images',
  look(host, grounds) {
    if (grounds.packages) return green('the folder');
    return answered(host, grounds, IMAGES, `packages.imageMirrors, packages.proxy and packages.ca of the cluster file say where from; ${OTHER_WAY}`);
  },
};

function fits(packages: PackageFolder, place: Place | undefined): Verdict {
  if (!place) return cannotTell('whether the packages fit: its architecture is not known');
  const archives = [...inFolder(packages, 'containerd'), ...inFolder(packages, 'cni')];
  const architectures = new Set(archives.map((file) => /(?:^|[-.])(amd64|arm64)(?:[-.]|$)/.exec(file)?.[1]).filter((each) => each !== undefined));
  const own = place.architecture;
  if (architectures.size && !architectures.has(own))
    return red(`the folder of packages is for ${[...architectures].join(', ')}, the host is ${own}`, 'bring packages of its architecture');
  const [needed, other] = place.distribution === 'redhat' ? ['rpms', 'debs'] : ['debs', 'rpms'];
  if (!inFolder(packages, needed).length && inFolder(packages, other).length)
    return yellow(
      `the folder has ${other}/ and no ${needed}/: what the host lacks of conntrack, socat, ethtool and ebtables is not installed`,
      `put its packages into ${needed}/, and their hashes into SHA256SUMS`,
    );
  return architectures.size ? green(`the folder, ${own}`) : yellow('the names of the packages do not tell their architecture');
}

/** What stands in the way, by what curl ends with. */
const IN_THE_WAY: Readonly<Record<string, string>> = {
  '5': 'the name of the proxy is not known there',
  '6': 'its name is not known there',
  '7': 'nobody listens, or a firewall refuses',
  '28': 'no answer',
  '35': 'no TLS is agreed upon',
  '56': 'the proxy does not let it through, or the connection broke',
  '60': 'its certificate is of an authority that the host does not trust: packages.ca',
  '97': 'the proxy does not let it through',
};
/** What a later try may answer better, or another way of asking. */
const PERHAPS: readonly number[] = [405, 408, 425, 429];

interface Answer {
  readonly name: string;
  readonly url: string;
  readonly state: 'there' | 'unknown' | 'not there';
  readonly says: string;
}

function read(line: string): Answer {
  const [name = '', code = '', status = '', url = ''] = line.split(' ');
  const http = Number(status);
  const answer = { name, url };
  if (code === 'none') return { ...answer, state: 'unknown', says: 'there is no curl to ask with yet' };
  const why = IN_THE_WAY[code];
  if (why !== undefined) return { ...answer, state: 'not there', says: why };
  if (code !== '0') return { ...answer, state: 'unknown', says: `curl ends with ${code}` };
  // A registry that wants to know who pulls is there.
  if (http < 400 || http === 401) return { ...answer, state: 'there', says: '' };
  return { ...answer, state: http < 500 && !PERHAPS.includes(http) ? 'not there' : 'unknown', says: `it answers ${http}` };
}

function answered(host: HostSpec, { probe, survey, spec }: Grounds, kind: string, fix: string): Verdict {
  const found = answers(probe(host), kind).toSorted().map(read);
  const told = (state: Answer['state']): string =>
    found
      .filter((each) => each.state === state)
      .map(({ name, url, says }) => `${name} (${url}: ${says})`)
      .join(', ');
  const missing = told('not there');
  // What is installed already needs them no more.
  if (missing !== '') return isOurs(survey(host), spec) ? yellow(`does not get ${missing}`, fix) : red(`does not get ${missing}`, fix);
  const unknown = told('unknown');
  if (unknown !== '' || !found.length) return cannotTell(`whether it gets ${unknown || 'them'}`);
  return green(found.map(({ name }) => name).join(', '));
}
