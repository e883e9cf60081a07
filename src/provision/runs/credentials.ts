// What a program needs to ask the API without kubectl: where it is, whom to trust, and a token that soon ends and may only read.
import { dirname } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { readText } from '../../hosts/host-files.ts';
import { ensureFolder, writeFileAtomic } from '../../platform/files.ts';
import type { Home } from '../../platform/home.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import { hostPort } from '../cluster-file/cluster-spec.ts';
import { KUBECTL } from '../phases/kubectl-on-host.ts';
import type { Task, ValueSpec } from '../plan/action.ts';
import { demandOwned } from '../owner.ts';
import type { Site } from '../site.ts';
import { render } from '../templates.ts';

const CA = '/etc/kubernetes/pki/ca.crt';
export const READER_MANIFEST = 'kubernetes/reader.yaml';
/** As the manifest makes it. */
export const READER = { namespace: 'kube-system', name: 'ckadet-reader' } as const;
export const TOKEN_MINUTES = 60;
const TIMEOUT_MS = 60_000;

export interface Credentials {
  /** `https://192.168.2.100:8443` */
  readonly server: string;
  /** The certificate of the cluster's authority, on this machine. */
  readonly caFile: string;
  readonly token: string;
  /** `Authorization: Bearer …`, on this machine, for its owner alone: words of a command are seen by others, and kept by shells. */
  readonly headerFile: string;
  /** ISO 8601, by the clock of this machine. */
  readonly expiresAt: string;
  /** Works as it stands. */
  readonly curl: string;
}

export async function credentials(site: Site, home: Home, signal: AbortSignal): Promise<Credentials> {
  const { spec } = site.loaded;
  const host = await site.controlPlane(signal);
  await demandOwned(host, spec.name, signal);
  const ca = await readText(host, CA, { as: 'root', signal });
  if (ca === undefined)
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${spec.name} is not made yet`,
      why: `${host.name} has no ${CA}`,
      next: ['make it: ckadet cluster create'],
      exitCode: EXIT.missingPrerequisite,
    });
  const gate = site.gates({ values: [] }, await site.openJournal('creds'), false, undefined)(host.name);
  await gate.carryOut(readerTask(host.name), () => {});
  const expiresAt = site.clock.now() + TOKEN_MINUTES * 60_000;
  const token = await gate.make(tokenValue(host.name));
  const server = `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`;
  return keepCredentials({ home, cluster: spec.name, server, ca, token, expiresAt });
}

function readerTask(host: string): Task {
  const { task, action, says, reason } = readerNote(host);
  const manifest = render(READER_MANIFEST);
  return {
    id: `${task}/${host}`,
    phase: task,
    host,
    needs: [],
    actions: [
      {
        kind: 'command',
        id: action,
        says,
        why: reason,
        input: { text: manifest },
        script: `${KUBECTL} apply -f -`,
        // Also where somebody changed it since.
        unless: `printf %s ${shellQuoted(manifest)} | ${KUBECTL} diff -f -`,
        timeoutMs: TIMEOUT_MS,
      },
    ],
  };
}

const tokenValue = (host: string): ValueSpec => ({
  name: 'reader-token',
  says: `a token of ${READER.name}, valid for ${TOKEN_MINUTES} minutes`,
  host,
  script: `${KUBECTL} -n ${READER.namespace} create token ${READER.name} --duration=${TOKEN_MINUTES}m`,
  secret: true,
  placeholder: 'eyJ0.0.0',
});

/** What the journal says of making the account. */
export const readerNote = (host: string): { readonly [K in 'host' | 'task' | 'action' | 'says' | 'reason']: string } => ({
  host,
  task: 'creds',
  action: 'reader',
  says: `let ${READER.name} read what lies in namespaces`,
  reason: 'credentials were asked for',
});

interface Obtained {
  readonly home: Home;
  readonly cluster: string;
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Puts what was obtained where curl finds it, beside the cluster's record. */
export async function keepCredentials({ home, cluster, server, ca, token, expiresAt }: Obtained): Promise<Credentials> {
  const caFile = home.path('provision', cluster, 'ca.crt');
  await ensureFolder(dirname(caFile));
  await writeFileAtomic(caFile, ca, { mode: 0o644 });
  const headerFile = home.path('provision', cluster, 'reader-header');
  await writeFileAtomic(headerFile, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
  const curl = `curl --cacert ${shellQuoted(caFile)} --header ${shellQuoted(`@${headerFile}`)} ${server}/apis/apps/v1/deployments`;
  return { server, caFile, token, headerFile, expiresAt: new Date(expiresAt).toISOString(), curl };
}
