// known_hosts files, with names that OpenSSH itself has hashed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shownKey } from '../../../src/hosts/ssh/host-keys.ts';
import { addKnownHost, judge, keysOf, parseKnownHosts, readKnownHosts } from '../../../src/hosts/ssh/known-hosts.ts';
import { scratchFolder } from '../../fixtures/scratch.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJfkNV4OS33ImTXvorZr72q4v5XhVEQKfvqsxOEJ/XaR';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
// ssh-keygen -H over `example.org,192.0.2.7` and `[example.org]:2222`.
const HASHED = `|1|pVEAfn1TI20QEB3UuSg15Hl1zDA=|u4UzL6L1Yya2maESaxK4USa8+Po= ssh-ed25519 ${KEY}
|1|yIfVQUz5FGXMkv0F8jC3O4sOGB4=|uGP/55VWDoEEU4XkzLK3+4m6/B4= ssh-ed25519 ${KEY}
|1|RkeggoBwf7VgpMjTkIB4Ml49JJs=|h3ZUN8GxzDXnGASwnPo92d14aes= ssh-ed25519 ${KEY}
`;
const verdict = (text: string, name: string, key = KEY, type = 'ssh-ed25519') => judge(type, key, keysOf(name, parseKnownHosts(text, 'known_hosts')));

describe('known hosts', () => {
  it.each([
    ['example.org', true],
    ['192.0.2.7', true],
    ['[example.org]:2222', true],
    ['[example.org]:2223', false],
    ['example.net', false],
  ])('finds %s under a hashed name: %s', (name, isKnown) => expect(verdict(HASHED, name).is).toBe(isKnown ? 'known' : 'unknown'));

  it.each([
    [`n1,n2 ssh-ed25519 ${KEY} comment`, 'n2', 'known'],
    [`*.example.org,!bad.example.org ssh-ed25519 ${KEY}`, 'a.example.org', 'known'],
    [`*.example.org,!bad.example.org ssh-ed25519 ${KEY}`, 'bad.example.org', 'unknown'],
    [`# n1 ssh-ed25519 ${KEY}\n\nn1\n`, 'n1', 'unknown'],
    [`n1 ssh-ed25519 ${OTHER}`, 'n1', 'changed'],
    [`n1 ssh-ed25519 ${OTHER}\nn1 ssh-ed25519 ${KEY}`, 'n1', 'known'],
    [`@revoked n1 ssh-ed25519 ${KEY}\nn1 ssh-ed25519 ${KEY}`, 'n1', 'revoked'],
    [`@cert-authority n1 ssh-ed25519 ${OTHER}`, 'n1', 'authority'],
    [`@cert-authority n1 ssh-ed25519 ${OTHER}\nn1 ssh-ed25519 ${KEY}`, 'n1', 'known'],
    [`n1 ssh-rsa AAAAB3NzaC1yc2E=`, 'n1', 'unknown'],
  ])('%j says of %s: %s', (text, name, expected) => expect(verdict(text, name).is).toBe(expected));

  it('names the line, and keys of other types', () => {
    expect(verdict(`\nn1 ssh-ed25519 ${OTHER}`, 'n1')).toMatchObject({ because: { file: 'known_hosts', line: 2 } });
    expect(verdict('n1 ssh-rsa AAAAB3NzaC1yc2E=', 'n1')).toEqual({ is: 'unknown', otherTypes: ['ssh-rsa'] });
  });

  it('adds a line, plain or hashed, after a last line without an end', async () => {
    const file = join(scratchFolder(), 'new', 'known_hosts');
    await addKnownHost(file, 'n1', 'ssh-ed25519', KEY, false);
    expect(readFileSync(file, 'utf8')).toBe(`n1 ssh-ed25519 ${KEY}\n`);
    writeFileSync(file, `n1 ssh-ed25519 ${KEY}`);
    await addKnownHost(file, '[n2]:2222', 'ssh-ed25519', KEY, true);
    expect(readFileSync(file, 'utf8')).toMatch(/^n1 ssh-ed25519 \S+\n\|1\|\S+ ssh-ed25519 \S+\n$/);
    expect(keysOf('[n2]:2222', await readKnownHosts([file, `${file}.none`]))).toHaveLength(1);
  });

  it('shows a key as ssh-keygen does', () => {
    expect(shownKey(Buffer.from(KEY, 'base64'))).toEqual({
      type: 'ssh-ed25519',
      base64: KEY,
      shown: 'ED25519 SHA256:BFlAu0a4IRDePBZATpvzbeWrjzjd9h2/tKqd//EWd1Q',
    });
  });
});
