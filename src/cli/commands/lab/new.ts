// ckadet lab new: a folder with the files of a lab, valid and commented.
import { join } from 'node:path';
import { AppError } from '../../../errors/app-error.ts';
import { EXIT } from '../../../errors/exit-codes.ts';
import { isDomain } from '../../../labs/library.ts';
import { DOMAIN_NAMES } from '../../../labs/curriculum.ts';
import { newLabFiles } from '../../../labs/scaffold.ts';
import { ensureFolder, readFolder, writeFileAtomic } from '../../../platform/files.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { labsOption } from '../../lab-place.ts';

export const command = defineCommand({
  description: 'Makes the folder of a new lab with every file it needs, valid as it stands. Change the files, then prove the lab.',
  arguments: { lab: { summary: 'DOMAIN/ID, such as storage/static-volume', required: true } },
  options: { labs: { ...labsOption, summary: 'the folder to make it in; the current one if not given' }, json: jsonOption },
  examples: [{ command: 'ckadet lab new storage/static-volume --labs my-labs', says: 'makes my-labs/storage/static-volume' }],
  next: [{ command: 'ckadet lab verify storage/static-volume --labs my-labs', says: 'prove it' }],
  async run(input, { env, out }) {
    const [domain = '', id = '', ...more] = input.lab.split('/');
    if (!isDomain(domain) || !/^[a-z][a-z0-9-]*$/.test(id) || more.length)
      throw new AppError({
        code: 'USAGE',
        what: `${input.lab} is no name for a lab`,
        why: 'it is DOMAIN/ID: a domain of the curriculum, and lower-case letters, digits and dashes',
        next: [`domains: ${DOMAIN_NAMES.join(', ')}`],
        exitCode: EXIT.usage,
      });
    const folder = join(input.labs ?? env['CKADET_LABS'] ?? '.', domain, id);
    if ((await readFolder(folder)).length)
      throw new AppError({
        code: 'LAB_EXISTS',
        what: `there is something in ${folder} already`,
        why: 'nothing is overwritten',
        next: ['choose another name'],
        exitCode: EXIT.usage,
      });
    const files = newLabFiles(domain, id);
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name);
      await ensureFolder(join(file, '..'), 0o755);
      await writeFileAtomic(file, text, { mode: 0o644 });
    }
    await out.data(
      { lab: input.lab, folder, files: Object.keys(files) },
      () =>
        `The lab is in ${folder}:\n${Object.keys(files)
          .map((name) => `  ${name}`)
          .join('\n')}`,
    );
  },
});
