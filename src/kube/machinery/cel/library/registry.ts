// What every overload does. Models apiserver/pkg/cel/library/libraries.go
import { CONVERSIONS } from './conversions.ts';
import { FORMAT_FUNCTIONS } from './formats.ts';
import type { Implementation } from './implementation.ts';
import { LISTS, OPTIONALS } from './lists.ts';
import { NETWORK } from './network.ts';
import { QUANTITIES } from './quantities.ts';
import { REGEX } from './regex.ts';
import { STRINGS } from './strings.ts';
import { TIMES } from './times.ts';
import { URLS } from './urls.ts';

export const OVERLOADS: ReadonlyMap<string, Implementation> = new Map(
  [CONVERSIONS, FORMAT_FUNCTIONS, LISTS, NETWORK, OPTIONALS, QUANTITIES, REGEX, STRINGS, TIMES, URLS].flatMap((each) => Object.entries(each)),
);
