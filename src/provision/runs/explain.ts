// What is said before a phase with --explain, once for each phase.
import type { PhaseInfo, Plan } from '../plan/action.ts';

export class Explainer {
  readonly #phases: ReadonlyMap<string, PhaseInfo>;
  readonly #say: (text: string) => void;
  readonly #told = new Set<string>();

  constructor(plan: Plan, say: (text: string) => void) {
    this.#phases = new Map(plan.phases.map((phase) => [phase.name, phase]));
    this.#say = say;
  }

  before(phase: string): void {
    const info = this.#phases.get(phase);
    if (!info || this.#told.has(phase)) return;
    this.#told.add(phase);
    this.#say(`\n${info.title}\n\n${info.explains}\n\nCurriculum: ${info.objective}\n`);
  }
}
