// Going through objects one after the other: what stops at the first failure and what gathers them. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go
import { separate, throwAll } from '../failures.ts';
import type { Info } from './info.ts';

export type Visit = (info: Info) => Promise<void>;
export type Visitor = (visit: Visit) => Promise<void>;

/** One source after the other; the first failure ends it. */
export const inTurn =
  (visitors: readonly Visitor[]): Visitor =>
  async (visit) => {
    for (const each of visitors) await each(visit);
  };

/** Every source, though the first failure of each ends that one; the first of all is told. Models ConcurrentVisitorList */
export const sideBySide =
  (visitors: readonly Visitor[]): Visitor =>
  async (visit) => {
    const errors: Error[] = [];
    for (const each of visitors) await each(visit).catch((error: unknown) => void errors.push(error as Error));
    throwAll(errors.slice(0, 1));
  };

/** Every source, whatever fails on the way; the failures come together at the end, those of one source among those of the others. */
export const eagerly =
  (visitors: readonly Visitor[]): Visitor =>
  async (visit) => {
    const errors: Error[] = [];
    const keep = (error: unknown): void => void errors.push(...separate(error as Error));
    for (const each of visitors) await each((info) => visit(info).catch(keep)).catch(keep);
    throwAll(errors);
  };

/** Every object, whatever fails with one of them; what failed on the way to them comes after that, as one. Models ContinueOnErrorVisitor */
export const persistently =
  (visitor: Visitor): Visitor =>
  async (visit) => {
    const errors: Error[] = [];
    const keep = (error: unknown): void => void errors.push(error as Error);
    await visitor((info) => visit(info).catch(keep)).catch(keep);
    throwAll(errors);
  };

/** What is done with each object before it is visited. */
export const decorated =
  (visitor: Visitor, ...steps: readonly Visit[]): Visitor =>
  (visit) =>
    visitor(async (info) => {
      for (const step of steps) await step(info);
      await visit(info);
    });

export const filtered =
  (visitor: Visitor, keep: (info: Info) => boolean): Visitor =>
  (visit) =>
    visitor(async (info) => {
      if (keep(info)) await visit(info);
    });

export const single =
  (info: Info): Visitor =>
  (visit) =>
    visit(info);
