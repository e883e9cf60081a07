// ckadet lab list: the labs, what they are about, and which are done.
import { DOMAIN_NAMES, DOMAINS, type Domain } from '../../../labs/curriculum.ts';
import { bestScores, loadHistory } from '../../../labs/history.ts';
import { listLabs } from '../../../labs/library.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { labPlace, labsOption } from '../../lab-place.ts';

function domainNamed(text: string): Domain {
  const found = DOMAIN_NAMES.find((name) => name === text);
  if (!found) throw new Error(`it is one of ${DOMAIN_NAMES.join(', ')}`);
  return found;
}

const shortName = (id: string): string => id.slice(id.indexOf('/') + 1);

export const command = defineCommand({
  description:
    'Lists the labs by the domains of the curriculum, with the minutes one takes, how hard it is (level 1 to 5), and your best score. The first word of a line is what you type.',
  options: {
    domain: { summary: 'only those of one domain', value: 'domain', parse: domainNamed },
    todo: { summary: 'only those without full marks yet' },
    labs: labsOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet lab list', says: 'all of them' },
    { command: 'ckadet lab list --domain troubleshooting --todo', says: 'what is left of one domain' },
  ],
  next: [
    { command: 'ckadet lab show LAB', says: 'read its task' },
    { command: 'ckadet lab start LAB', says: 'begin' },
  ],
  async run(input, context) {
    const { home, out } = context;
    const { root, index } = await labPlace(input.labs, context);
    const best = bestScores(await loadHistory(home));
    const labs = (await listLabs(root, index)).map(({ folder: _folder, ...lab }) => ({ ...lab, best: best.get(lab.id) ?? null }));
    const shown = labs.filter(({ domain, best: score }) => (input.domain === undefined || domain === input.domain) && (!input.todo || score !== 1));
    await out.data({ labs: shown }, async () => {
      if (!shown.length) return input.todo ? 'Nothing is left to do here.' : 'There are no labs here.';
      // Below its domain a lab needs no more than its own name, unless two have the same.
      const names = labs.map(({ id }) => shortName(id));
      const nameOf = (id: string): string => (names.indexOf(shortName(id)) === names.lastIndexOf(shortName(id)) ? shortName(id) : id);
      const row = ({ id, title, minutes, difficulty, best: score }: (typeof shown)[number]): readonly string[] => [
        nameOf(id),
        String(minutes),
        '•'.repeat(difficulty),
        score === null ? '-' : score === 1 ? 'full' : `${Math.round(score * 100)} %`,
        title,
      ];
      const groups = DOMAIN_NAMES.map((domain) => ({
        title: `${DOMAINS[domain].title} (${domain})`,
        rows: shown.filter((lab) => lab.domain === domain).map(row),
      }));
      return out.groupedTable(
        ['LAB', 'MIN', 'LEVEL', 'BEST', 'TITLE'],
        groups.filter(({ rows }) => rows.length),
      );
    });
  },
});
