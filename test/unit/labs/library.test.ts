// Labs on disk: found by name, listed in the curriculum's order, refused with the file and the line.
import { describe, expect, it } from 'vitest';
import { labDocument, labScripts, listLabs, loadLab } from '../../../src/labs/library.ts';
import { labFolder } from '../../fixtures/lab-folder.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

describe('a folder of labs', () => {
  it('is listed', async () => {
    const root = labFolder();
    expect(await listLabs(root)).toEqual([
      { id: 'storage/small', domain: 'storage', title: 'A small lab', minutes: 3, difficulty: 1, folder: `${root}/storage/small` },
    ]);
  });

  it('gives a lab by its full or short name', async () => {
    const root = labFolder();
    expect((await loadLab(root, 'small')).id).toBe('storage/small');
    expect((await loadLab(root, 'storage/small')).file.title).toBe('A small lab');
    await expect(loadLab(root, 'smal')).rejects.toMatchObject({
      code: 'LAB_NOT_FOUND',
      exitCode: 2,
      why: 'did you mean: small',
    });
  });

  it('without labs is refused', async () => {
    await expect(listLabs(scratchFolder())).rejects.toMatchObject({ code: 'NO_LABS', exitCode: 2 });
    await expect(listLabs('/nowhere')).rejects.toMatchObject({ code: 'NO_LABS' });
  });

  it('names the file and the line of what is wrong', async () => {
    const root = labFolder({ 'lab.yaml': 'title: T\nminutes: x\n' });
    await expect(loadLab(root, 'small')).rejects.toMatchObject({
      code: 'LAB_INVALID',
      exitCode: 3,
      why: expect.stringContaining('line 2: minutes must be a number') as string,
    });
  });

  it('gives the texts and scripts of a lab in order', async () => {
    const lab = await loadLab(labFolder({ 'solutions/2-b.sh': '', 'solutions/1-a.sh': '', 'solutions/notes.txt': '' }), 'small');
    expect(await labScripts(lab, 'solutions')).toEqual(['1-a.sh', '2-b.sh']);
    expect(await labScripts(lab, 'wrong')).toEqual([]);
    expect(await labDocument(lab, 'task.md')).toBe('Paint `${ns}`.\n');
    expect(await labDocument(lab, 'hints.md')).toBeUndefined();
  });
});
