// --match-server-version: a server of another version than this kubectl is refused. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/util/kubectl_match_version.go
import { messageOf } from '../../errors/app-error.ts';
import { textOf } from '../config/kubeconfig-files.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { clientVersion } from '../version.ts';
import type { ApiWire } from './api-wire.ts';

/** The fields of Go's version.Info, in its order. */
const FIELDS = [
  'major',
  'minor',
  'emulationMajor',
  'emulationMinor',
  'minCompatibilityMajor',
  'minCompatibilityMinor',
  'gitVersion',
  'gitCommit',
  'gitTreeState',
  'buildDate',
  'goVersion',
  'compiler',
  'platform',
] as const;

const inGo = (info: Readonly<Record<string, unknown>>): string =>
  `version.Info{${FIELDS.map((field) => `${field.charAt(0).toUpperCase()}${field.slice(1)}:${goQuote(textOf((info[field] ?? '') as string))}`).join(', ')}}`;

/** Rejects when the versions differ, or the server does not tell its own. */
export async function confirmVersion(wire: ApiWire, platform: string): Promise<void> {
  const client = clientVersion(platform);
  const server = await wire.json('/version?timeout=32s').catch((error: unknown) => {
    throw new CommandError(`couldn't read version from server: ${messageOf(error)}`);
  });
  if (server['gitVersion'] === client.gitVersion) return;
  throw new CommandError(`server version (&${inGo(server)}) differs from client version (${inGo(client)})`);
}
