// What was read of a cluster, as YAML a person can read. A module of its own, so that it is loaded only when needed.
import { stringify } from 'yaml';

export const asYaml = (value: unknown): string => stringify(JSON.parse(JSON.stringify(value ?? null)), { lineWidth: 0 }).trimEnd();
