// What a lab asks of a cluster before its variables are drawn. Pure.
import type { Needs } from '../cluster/capabilities.ts';
import type { Lab } from './library.ts';
import { workersDrawn } from './variables.ts';

const USUAL_WORKERS = 2;

/** How many workers the lab cannot do without. */
const workersNeeded = ({ file }: Lab): number => Math.max(Number(file.needs?.['workers'] ?? 0), workersDrawn(file.variables ?? {}));

/** How many workers a cluster gets that is made for the lab. */
export const workersFor = (lab: Lab): number => Math.max(workersNeeded(lab), USUAL_WORKERS);

export function requirementsOf(lab: Lab): { readonly needs: Needs; readonly images: readonly string[] } {
  const workers = workersNeeded(lab);
  return {
    needs: { ...(lab.file.needs as Needs | undefined), ...(workers ? { workers } : {}) },
    // One that depends on the variant is looked at once that is drawn.
    images: (lab.file.images ?? []).filter((image) => !image.includes('${')),
  };
}
