// The kinds of check: to add one, a file here, a line here and a field in the schema.
import type { CheckKind } from '../lab-schema.ts';
import { behaviour } from './behaviour.ts';
import { canI } from './can-i.ts';
import type { CheckKindRunner } from './check-context.ts';
import { get } from './get.ts';
import { list } from './list.ts';

export const CHECKS: Readonly<Record<CheckKind, CheckKindRunner>> = { get, list, canI, behaviour };
