// What is told of a set-up that failed, once everything is put back: also which images the nodes lack, for that is most often what was in the way.
import { AppError } from '../errors/app-error.ts';
import { imagesText, imagesToPull } from './images-there.ts';
import type { Practice } from './practice.ts';

/** The lab's images that workers do not have yet, in words; empty where there are none, or where images are simulated, too. */
export async function lackingImages({ file, target }: Practice): Promise<string> {
  return target.origin === 'simulator' ? '' : imagesText(await imagesToPull(file.images ?? [], target.client));
}

/** The same failure as a person can use it; `again` is the command that begins the same variant. What is no AppError passes. */
export async function setUpFailure(error: unknown, practice: Practice, again: string): Promise<unknown> {
  if (!(error instanceof AppError)) return error;
  const { code, what, why, next, exitCode } = error;
  const isTimeout = code === 'SETUP_TIMEOUT';
  const lacking = isTimeout ? await lackingImages(practice) : '';
  return new AppError({
    code,
    what,
    why: [
      ...(why ? [why] : []),
      ...(lacking ? [`not on the nodes: ${lacking}`] : []),
      `everything was put back, the cluster ${practice.target.name} is as it was before`,
    ].join('; '),
    next: [
      ...(lacking ? ['bring those images to the nodes, or a registry into their reach', ...waysToBring(practice)] : []),
      ...next,
      ...(isTimeout ? [`then begin again: ${again}`] : []),
    ],
    exitCode,
    cause: error,
  });
}

/** For clusters of which it is known how their nodes are reached. */
const waysToBring = ({ target }: Practice): readonly string[] =>
  target.origin === 'provisioned'
    ? [
        `from a folder of packages: put them into its images/ as NAME_TAG.tar, then ckadet cluster create ${target.name}; else kind load, or minikube image load`,
      ]
    : [];
