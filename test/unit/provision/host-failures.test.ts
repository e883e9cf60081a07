// Several hosts that fail alike are told of once, by their names; what differs is said of each.
import { expect, it } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { nameHost, severalFailures } from '../../../src/provision/host-failures.ts';

const host = (i: number): { readonly name: string; readonly where: string } => ({ name: `n${i}`, where: `debian@192.168.7.1${i}:22` });
const unreachable = (i: number, why = 'connection refused'): AppError =>
  new AppError({
    code: 'HOST_UNREACHABLE',
    what: `${host(i).where} cannot be reached`,
    why,
    next: [`try it: ssh debian@192.168.7.1${i}`, 'is the host on?'],
    exitCode: 5,
  });

it('says once what is the same for all', () => {
  const error = severalFailures([1, 2, 3].map((i) => ({ host: host(i), error: unreachable(i) })));
  expect(error.what).toBe('3 hosts cannot be worked on: n1, n2, n3');
  expect(error.why?.split('\n')).toEqual([
    'n1: debian@192.168.7.11:22 cannot be reached',
    'n2: debian@192.168.7.12:22 cannot be reached',
    'n3: debian@192.168.7.13:22 cannot be reached',
    'connection refused',
  ]);
  expect(error.next).toEqual(['try it: ssh debian@192.168.7.11 (that is n1; likewise n2, n3)', 'is the host on?']);
  expect(error.exitCode).toBe(5);
});

it('keeps apart what is not the same', () => {
  const failures = [
    { host: host(1), error: unreachable(1) },
    { host: host(2), error: unreachable(2, 'no route') },
    { host: host(3), error: new Error('broken') },
  ];
  expect(severalFailures(failures).why?.split('\n')).toEqual([
    'n1: debian@192.168.7.11:22 cannot be reached: connection refused',
    'n2: debian@192.168.7.12:22 cannot be reached: no route',
    'n3: Error: broken',
  ]);
});

it('names one host among several, unless it is named already', () => {
  expect(nameHost({ host: host(4), error: unreachable(4) })).toMatchObject({ code: 'HOST_UNREACHABLE', what: 'n4: debian@192.168.7.14:22 cannot be reached' });
  const named = new AppError({ code: 'HOST_LOCKED', what: 'n4 is being worked on' });
  expect(nameHost({ host: host(4), error: named })).toBe(named);
});
