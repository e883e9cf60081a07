// Addresses as Go's netutils reads them: the sloppy forms of old objects are read, and warned of.
import { describe, expect, it } from 'vitest';
import { formatAddress, isLinkLocalMulticast, isLoopback, isUnspecified, parseAddress, parseCidr } from '../../../../src/sim/resources/validation/ip.ts';

const canonical = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe('addresses', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['010.002.003.004', '10.2.3.4'],
    ['fd00::0001', 'fd00::1'],
    ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['1.2.3', undefined],
    ['1.2.3.256', undefined],
    ['::1::', undefined],
    ['', undefined],
  ])('%s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
  it.each([
    ['127.0.0.1', isLoopback],
    ['::1', isLoopback],
    ['0.0.0.0', isUnspecified],
    ['::', isUnspecified],
    ['224.0.0.9', isLinkLocalMulticast],
  ])('%s is special', (text, check) => {
    const address = parseAddress(text);
    expect(address && check(address)).toBe(true);
  });
  it('reads ranges', () => {
    expect(parseCidr('10.0.0.0/8')?.address.family).toBe(4);
    expect(parseCidr('10.0.0.0/33')).toBeUndefined();
    expect(parseCidr('10.0.0.0')).toBeUndefined();
  });
});
