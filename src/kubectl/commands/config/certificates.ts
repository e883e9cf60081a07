// Certificate files that go into a kubeconfig.
import { CommandError } from '../../failures.ts';
import type { Ports } from '../../ports.ts';
import { systemReason } from '../../system-reason.ts';

type Means = Pick<Ports, 'files'>;

/** Rejects where there is none. */
export async function requireFile({ files }: Means, flag: string, path: string): Promise<void> {
  try {
    await files.stat(path);
  } catch (error) {
    throw new CommandError(`could not stat ${flag} file ${path}: ${systemReason(error, path, 'stat')}`);
  }
}

/** As a kubeconfig holds it; nothing for a file that cannot be read, which kubectl passes over. */
export async function embedded({ files }: Means, path: string): Promise<string> {
  return files.read(path).then(
    (bytes) => Buffer.from(bytes).toString('base64'),
    () => '',
  );
}
