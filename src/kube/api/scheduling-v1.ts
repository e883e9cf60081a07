// Types of scheduling-v1: written by scripts/generate-facts.ts.
import type { ListMeta, ObjectMeta } from './meta-v1.ts';

export interface PriorityClass {
  readonly apiVersion: string;
  readonly description?: string;
  readonly globalDefault?: boolean;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly preemptionPolicy?: "Never" | "PreemptLowerPriority";
  readonly value: number;
}

export interface PriorityClassList {
  readonly apiVersion: string;
  readonly items: readonly PriorityClass[];
  readonly kind: string;
  readonly metadata: ListMeta;
}
