// Failures on screen and in JSON, and the log of what nobody foresaw.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeFailureLog } from '../../../src/cli/failure-log.ts';
import { asAppError, errorJson, renderError } from '../../../src/cli/output/errors.ts';
import { plainStyle, wantsColour } from '../../../src/cli/output/style.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { notFound } from '../../../src/kube/machinery/status-error.ts';
import { openHome } from '../../../src/platform/home.ts';
import { Redactor } from '../../../src/provision/gate/redaction.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const error = new AppError({
  code: 'PORT_IN_USE',
  what: 'the cluster cka cannot listen on port 34567',
  why: 'nginx (pid 12) has that port now',
  next: ['end that program, then: ckadet up cka', 'or: ckadet up cka --port 0'],
  exitCode: 4,
});

describe('an error', () => {
  it('says what, why, what next and where the log is', () => {
    expect(renderError(error, '/state/log', { width: 80, style: plainStyle })).toBe(`Error: the cluster cka cannot listen on port 34567 [PORT_IN_USE]
  why   nginx (pid 12) has that port now
  next  end that program, then: ckadet up cka
        or: ckadet up cka --port 0
  log   /state/log
`);
  });

  it('fits 40 columns', () => {
    expect(renderError(error, undefined, { width: 40, style: plainStyle })).toBe(`Error: the cluster cka cannot listen on
port 34567 [PORT_IN_USE]
  why   nginx (pid 12) has that port now
  next  end that program, then:
        ckadet up cka
        or: ckadet up cka --port 0
`);
  });

  it('is an object with --json', () => {
    expect(errorJson(error, undefined)).toEqual({
      error: { code: 'PORT_IN_USE', what: error.what, why: error.why, next: error.next, exitCode: 4, logFile: null },
    });
  });

  it('of the API is a remote failure, of no known kind a bug', () => {
    expect(asAppError(notFound({ group: '', resource: 'pods' }, 'web'))).toMatchObject({ code: 'API_REFUSED', exitCode: 5, why: 'pods "web" not found' });
    expect(asAppError(new TypeError('x is not a function'))).toMatchObject({ code: 'UNEXPECTED', exitCode: 70, why: 'x is not a function' });
    expect(asAppError('thrown text')).toMatchObject({ code: 'UNEXPECTED', why: 'thrown text' });
    expect(asAppError(error)).toBe(error);
  });
});

describe('the log', () => {
  it('holds stack and versions, and only the newest are kept', async () => {
    const home = await openHome(scratchFolder());
    for (let i = 0; i < 25; i++)
      await writeFailureLog(home, new Error('boom'), {
        argv: ['kubectl', '--token', 'hunter2', '--password=hunter2', 'create', '--from-literal', 'pw=hunter2'],
        version: '1.2.3',
        now: Date.UTC(2026, 0, 1, 0, 0, i),
        pid: 1,
      });
    const logs = readdirSync(home.path('logs')).sort();
    expect(logs).toHaveLength(20);
    const text = readFileSync(home.path('logs', logs.at(-1) ?? ''), 'utf8');
    expect(text).toContain('ckadet 1.2.3');
    expect(text).toContain('Error: boom\n    at ');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----', '[redacted]'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['eyJhbGciOi.eyJzdWIi.c2ln', '[redacted]'],
    ["token: 'abc'", "token: '[redacted]'"],
    ['client-key-data: LS0tLS1CRUdJTg==', 'client-key-data: [redacted]'],
  ])('hides %j', (text, hidden) => {
    expect(new Redactor().redact(text)).toBe(hidden);
  });
});

it.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('colours with %j on a terminal (%s): %s', (env, terminal, expected) => {
  expect(wantsColour(env, terminal)).toBe(expected);
});
