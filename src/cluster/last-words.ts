// Why a cluster's server ended, kept where `status` finds it. The room for it is taken beforehand: most often the reason is a full disk.
import { open, writeFile } from 'node:fs/promises';
import { errnoOf, fileError, readText } from '../platform/files.ts';

const ROOM_BYTES = 400;
/** Says that the server ended because it was told to, where the record could not be written any more. */
export const ENDED_ON_PURPOSE = 'it was told to';

const padded = (text: string): Buffer => {
  const room = Buffer.alloc(ROOM_BYTES, ' ');
  room.write(text.replaceAll('\n', ' '));
  return room;
};

/** Forgets what was said before and takes the room on the disk. */
export async function takeRoomForLastWords(file: string): Promise<void> {
  try {
    await writeFile(file, padded(''), { mode: 0o600 });
  } catch (error) {
    throw fileError('write', file, error);
  }
}

/** Writes into the room that was taken; without it nothing is kept. */
export async function leaveLastWords(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await handle?.write(padded(text), 0, ROOM_BYTES, 0);
  } finally {
    await handle?.close();
  }
}

/** Undefined where none were left. */
export async function readLastWords(file: string): Promise<string | undefined> {
  return (await readText(file))?.trim() || undefined;
}
