// ckadet lab list: the labs, what they are about, and which are done.
import { DOMAIN_NAMES, type Domain } from '../../../labs/curriculum.ts';
import { bestScores, loadHistory } from '../../../labs/history.ts';
import { listLabs } from '../../../labs/library.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { labPlace, labsOption } from '../../lab-place.ts';

function domainNamed(text: string): Domain {
  const found = DOMAIN_NAMES.find((name) => name === text);
  if (!found) throw new Error(`it is one of ${DOMAIN_NAMES.join(', ')}`);
  return found;
}

export const command = defineCommand({
  description: 'Lists the labs by the domains of the curriculum, with the minutes one takes, how hard it is, and your best score.',
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
      return out.table(
        ['LAB', 'TITLE', 'MINUTES', 'DIFFICULTY', 'BEST'],
        shown.map(({ id, title, minutes, difficulty, best: score }) => [
          id,
          title,
          String(minutes),
          '•'.repeat(difficulty),
          score === null ? '-' : score === 1 ? 'full' : `${Math.round(score * 100)} %`,
        ]),
      );
    });
  },
});
