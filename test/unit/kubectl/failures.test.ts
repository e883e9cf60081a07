// What stands on stderr for each kind of failure.
import { describe, expect, test } from 'vitest';
import { StatusError } from '../../../src/kube/machinery/status-error.ts';
import { unreachable } from '../../../src/kubectl/client/unreachable.ts';
import { CommandError, Exit, Failures, failureText, joined, withSource } from '../../../src/kubectl/failures.ts';

const notFound = new StatusError({ code: 404, reason: 'NotFound', message: 'pods "a" not found' });
const invalid = (causes: readonly { readonly field: string; readonly message: string }[]): StatusError =>
  new StatusError({
    code: 422,
    reason: 'Invalid',
    message: 'm',
    details: { kind: 'Pod', name: 'a', causes: causes.map((each) => ({ ...each, reason: 'x' })) },
  });

describe('failures', () => {
  test.each<[unknown, string]>([
    [new CommandError('must specify one of -f and -k'), 'error: must specify one of -f and -k'],
    [new CommandError('error: twice'), 'error: twice'],
    [notFound, 'Error from server (NotFound): pods "a" not found'],
    [withSource('creating', 'x.yaml', notFound), 'Error from server (NotFound): error when creating "x.yaml": pods "a" not found'],
    [new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' }), 'error: You must be logged in to the server (Unauthorized)'],
    [invalid([{ field: 'spec.a', message: 'Required value' }]), 'The Pod "a" is invalid: spec.a: Required value\n'],
    [
      invalid([
        { field: 'spec.a', message: 'one' },
        { field: 'spec.b', message: 'two' },
      ]),
      'The Pod "a" is invalid: \n* spec.a: one\n* spec.b: two\n',
    ],
    [
      joined([new Failures([new CommandError('one'), new CommandError('two'), new CommandError('one')]), notFound]),
      '[one, two]\nError from server (NotFound): pods "a" not found\n',
    ],
    [joined([notFound, new CommandError('other')]), 'Error from server (NotFound): pods "a" not found\nother\n'],
    [
      unreachable(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), { server: 'https://127.0.0.1:1', method: 'GET', path: '/api' }),
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    ],
    [
      unreachable(Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), { server: 'https://127.0.0.1:1', method: 'GET', path: '/api' }),
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
  ])('%s', (error, text) => {
    expect(failureText(error)).toEqual({ text, exitCode: 1 });
  });

  test('a code alone says nothing', () => {
    expect(failureText(new Exit(3))).toEqual({ text: '', exitCode: 3 });
  });
});
