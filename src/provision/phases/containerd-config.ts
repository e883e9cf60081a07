// The configuration of containerd with the lines of the cluster file merged over it. Pure.
import { render } from '../templates.ts';

interface Section {
  /** `[plugins."x"]` as it is written; empty for what stands before the first one. */
  readonly header: string;
  readonly lines: readonly string[];
}

/** `form` is the version that the file has; containerd 1 reads 2, containerd 2 reads both. */
export function containerdConfig(form: 'v2' | 'v3', pause: string, patch: string): string {
  const own = sectionsOf(render(`containerd/config-${form}.toml`, { pause }));
  const patches = sectionsOf(patch.trim()).filter(({ header, lines }) => header !== '' || lines.some((line) => line.trim() !== ''));
  const merged = own.map((section) => patches.filter((each) => sameTable(each, section)).reduce(mergedOver, section));
  const added = patches.filter((each) => !own.some((section) => sameTable(each, section)));
  const text = [...merged, ...added].map(({ header, lines }) => [...(header ? [header] : []), ...withoutBlankEnds(lines)].join('\n'));
  return `${text.join('\n\n')}\n`;
}

function sectionsOf(toml: string): readonly Section[] {
  const sections: { header: string; lines: string[] }[] = [{ header: '', lines: [] }];
  for (const line of toml.split('\n'))
    if (/^\s*\[/.test(line)) sections.push({ header: line.trim(), lines: [] });
    else sections.at(-1)?.lines.push(line);
  return sections;
}

/** A table may be opened once only; its name may be quoted either way. */
const nameOf = ({ header }: Section): string => header.replaceAll(/["'\s]/g, '');
const sameTable = (a: Section, b: Section): boolean => nameOf(a) === nameOf(b);

const keyOf = (line: string): string | undefined => /^\s*["']?([\w.-]+)["']?\s*=/.exec(line)?.[1];

function mergedOver(section: Section, patch: Section): Section {
  const keys = new Set(patch.lines.map(keyOf).filter((key) => key !== undefined));
  return { header: section.header, lines: [...withoutBlankEnds(section.lines.filter((line) => !keys.has(keyOf(line) ?? ''))), ...patch.lines] };
}

const withoutBlankEnds = (lines: readonly string[]): readonly string[] =>
  lines
    .join('\n')
    .replace(/^\s*\n|\s+$/g, '')
    .split('\n');
