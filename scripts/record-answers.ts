// Records what a real API server answers to the cases of test/golden/FOLDER/NAME.yaml, as NAME.json beside them.
// usage: node scripts/record-answers.ts KUBECONFIG FOLDER [NAME…]
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { parse } from 'yaml';
import { parseJsonText } from '../src/kube/machinery/json-text.ts';
import type { JsonObject, JsonValue } from '../src/kube/machinery/json.ts';
import {
  caseTables,
  comparable,
  comparableCauses,
  comparableCells,
  comparableText,
  requestsOf,
  setupOf,
  type Answer,
  type CaseRequest,
  type CaseTable,
} from '../test/fixtures/recorded-cases.ts';

const [kubeconfig, folder, ...names] = process.argv.slice(2);
if (!kubeconfig || !folder) {
  console.error('usage: node scripts/record-answers.ts KUBECONFIG FOLDER [NAME…]');
  process.exit(2);
}
interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
  readonly users: readonly [{ readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }];
}
const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
const decoded = (text: string): Buffer => Buffer.from(text, 'base64');
const agent = new https.Agent({
  keepAlive: true,
  ca: decoded(clusters[0].cluster['certificate-authority-data']),
  cert: decoded(users[0].user['client-certificate-data']),
  key: decoded(users[0].user['client-key-data']),
});

interface Reply {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly value: JsonObject;
}
const PATCHES = { merge: 'merge-patch', strategic: 'strategic-merge-patch', json: 'json-patch' } as const;
const METHODS = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', get: 'GET' } as const;

function send(request: CaseRequest): Promise<Reply> {
  const { verb, apiVersion, plural, namespace, name, sub, body, patchKind, dryRun, as, row } = request;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = [root, ...(namespace ? ['namespaces', namespace] : []), plural, ...(name ? [name] : []), ...(sub ? [sub] : [])].join('/');
  const writes = verb !== 'get' && verb !== 'delete';
  const query = writes ? `?fieldManager=cases&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}` : verb === 'delete' && dryRun ? '?dryRun=All' : '';
  const headers = Object.entries(as?.extra ?? {}).map(([key, values]) => [`impersonate-extra-${key}`, [...values]] as const);
  const sent = body === undefined && verb === 'delete' ? { gracePeriodSeconds: 0, propagationPolicy: 'Background' } : body;
  const text = sent === undefined ? '' : JSON.stringify(sent);
  return new Promise((resolve, reject) => {
    const call = https.request(
      `${clusters[0].cluster.server}${path}${query}`,
      {
        agent,
        method: METHODS[verb],
        headers: {
          // Node sends none with DELETE by itself.
          'content-length': Buffer.byteLength(text),
          'content-type': patchKind ? `application/${PATCHES[patchKind]}+json` : 'application/json',
          accept: row ? 'application/json;as=Table;v=v1;g=meta.k8s.io' : 'application/json',
          ...(as ? { 'impersonate-user': as.user } : {}),
          ...(as?.groups ? { 'impersonate-group': [...as.groups] } : {}),
          ...(as?.uid ? { 'impersonate-uid': as.uid } : {}),
          ...Object.fromEntries(headers),
        },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          const raw = response.rawHeaders;
          const warnings = raw
            .filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === 'warning')
            .map((each) =>
              each
                .replace(/^299 - "/, '')
                .replace(/"$/, '')
                .replaceAll(/\\(.)/g, '$1'),
            );
          resolve({ code: response.statusCode ?? 0, warnings, value: parseJsonText(Buffer.concat(pieces).toString()) as JsonObject });
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

const withoutBody = ({ body: _body, ...request }: CaseRequest): CaseRequest => request;

function answerOf({ show, row, verb }: CaseRequest, { code, warnings, value }: Reply): Answer {
  const said = warnings.length ? { warnings } : {};
  if (code >= 400) {
    const { message, reason, details } = value as unknown as { message: string; reason?: string; details?: { causes?: JsonValue } };
    return {
      code,
      message: comparableText(message),
      ...(reason ? { reason } : {}),
      ...(details?.causes ? { causes: comparableCauses(details.causes) } : {}),
      ...said,
    };
  }
  if (row) return { code, object: comparableCells((value['rows'] as readonly { cells: readonly JsonValue[] }[])[0]?.cells ?? []) };
  return { code, ...said, ...(verb === 'delete' ? {} : { object: comparable(value, show) }) };
}

async function record({ name, namespace, file, answersFile }: CaseTable, run: string): Promise<void> {
  const spaces = [namespace, ...Object.keys(file.namespaces ?? {})].sort((a, b) => b.length - a.length);
  const own = new RegExp(spaces.join('|'), 'g');
  const there = <T>(value: T): T => parseJsonText(JSON.stringify(value).replaceAll(own, `$&--${run}`)) as T;
  const back = <T>(value: T): T => parseJsonText(JSON.stringify(value).replaceAll(`--${run}`, '')) as T;
  const made: CaseRequest[] = [];
  const ask = async (request: CaseRequest): Promise<Reply> => {
    const reply = await send(request);
    if (request.verb === 'create' && !request.dryRun && reply.code < 300 && !request.sub)
      made.push({ ...withoutBody(request), verb: 'delete', name: String((reply.value['metadata'] as JsonObject)['name']) });
    return reply;
  };
  const undo = async (from: number): Promise<void> => {
    for (const request of made.splice(from).reverse()) {
      const { as: _as, ...plain } = request;
      await send(plain);
    }
  };
  try {
    for (const request of setupOf(file, namespace)) {
      const { code, value } = await ask(there(request));
      if (code >= 300) throw new Error(`${name}: setup: ${String(value['message'])}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answers: Record<string, readonly Answer[]> = {};
    for (const [title, each] of Object.entries(file.cases)) {
      const given: Answer[] = [];
      const before = made.length;
      for (const request of requestsOf(file, each, namespace)) {
        const reply = await ask(there(request));
        if (!request.counts && reply.code >= 300) console.error(`${name}: ${title}: what is given failed: ${String(reply.value['message'])}`);
        if (request.counts) given.push(back(answerOf(request, reply)));
      }
      await undo(before);
      answers[title] = given;
    }
    writeFileSync(answersFile, `${JSON.stringify(answers, null, 1)}\n`);
    console.log(`${name}: ${Object.keys(answers).length} cases`);
  } finally {
    await undo(0);
  }
}

const run = Date.now().toString(36).slice(-4);
for (const table of caseTables(folder)) if (!names.length || names.includes(table.name)) await record(table, run);
agent.destroy();
