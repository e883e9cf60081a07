// Secrets that come in odd shapes: cut in half, with quotes and line ends, in addresses, in the errors of programs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wallClock } from '../../../src/platform/clock.ts';
import { openJournal } from '../../../src/provision/gate/journal.ts';
import { Redactor, redactError } from '../../../src/provision/gate/redaction.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const KEY_LINES = Array.from({ length: 20 }, (_, i) => Buffer.from(`line ${i} of a private key, long enough`).toString('base64'));
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', ...KEY_LINES, '-----END RSA PRIVATE KEY-----'].join('\n');

describe('a private key', () => {
  it.each([
    ['whole', `said:\n${KEY}\nand more`, 'and more'],
    ['without its end', `said:\n${KEY.slice(0, -60)}`, 'said:'],
    ['without its beginning', `${KEY.split('\n').slice(5).join('\n')}\nand more`, 'and more'],
  ])('that is %s is hidden, and only that', (_, text, stays) => {
    const clean = new Redactor().redact(text);
    for (const line of KEY_LINES) expect(clean).not.toContain(line);
    expect(clean).toContain('[redacted]');
    expect(clean).toContain(stays);
  });
});

it.each([
  ['http://me:pw@proxy.example:3128/x', 'http://[redacted]@proxy.example:3128/x'],
  ['curl --proxy http://me:p@ss@proxy.example', 'curl --proxy http://[redacted]@proxy.example'],
  ['https://10.0.0.100:8443/apis, mail to a@b', 'https://10.0.0.100:8443/apis, mail to a@b'],
  ['authorization:\n  mode: Webhook', 'authorization:\n  mode: Webhook'],
])('%j becomes %j', (text, clean) => {
  expect(new Redactor().redact(text)).toBe(clean);
});

it('a told secret with quotes, backslashes and line ends reaches no journal, nor JSON that a program printed', async () => {
  const secret = 'pa"ss\\wo\nrd{}';
  const redactor = new Redactor();
  redactor.add(secret);
  const path = join(scratchFolder(), 'journal.jsonl');
  const journal = await openJournal(path, 'create', wallClock, redactor);
  const output = `${secret} and ${JSON.stringify({ secret })}`;
  await journal.write({
    host: 'n1',
    task: 'join/n1',
    action: 'join',
    says: 'join',
    reason: '',
    outcome: 'failed',
    exitCode: 3,
    command: `x '${secret}'`,
    output,
  });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    host: 'n1',
    exitCode: 3,
    command: "x '[redacted]'",
    output: '[redacted] and {"secret":"[redacted]"}',
  });
});

it('an error loses told secrets in its message, its stack, what was printed and its causes', () => {
  const redactor = new Redactor();
  redactor.add('hunter2-hunter2');
  const cause = new Error('inner hunter2-hunter2');
  const error = Object.assign(new Error('outer hunter2-hunter2', { cause }), { stderr: 'said hunter2-hunter2', code: 7 });
  redactError(error, redactor);
  expect([error.message, error.stack, error.stderr, cause.message, cause.stack].filter((text) => text?.includes('hunter2'))).toEqual([]);
  expect(error).toMatchObject({ message: 'outer [redacted]', stderr: 'said [redacted]', code: 7 });
});
