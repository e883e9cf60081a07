// What stands above a text that is edited, what of it counts, and how secrets are compared without being shown.
import { expect, test } from 'vitest';
import { maskedPair } from '../../../src/kubectl/commands/diff/masked.ts';
import { contentOf, hasContent, headerText, withoutComments } from '../../../src/kubectl/commands/edit/edit-text.ts';

test('what went wrong stands above the object, as comments', () => {
  const text = headerText('normal', [
    { head: 'deployments.apps "web" was not valid', other: ['spec: Invalid value: {\n  a\n}: no'] },
    { head: 'The edited file had a syntax error: bad', other: [] },
  ]);
  expect(text.split('\n').slice(3)).toEqual([
    '#',
    '# deployments.apps "web" was not valid:',
    '# * spec: Invalid value: {',
    '#   a',
    '# }: no',
    '#',
    '# The edited file had a syntax error: bad',
    '#',
    '',
  ]);
});

test('comments and the order of keys do not count', () => {
  expect(contentOf('# a\nb: 1\na: 2\n')).toBe(contentOf('a: 2\nb: 1\n'));
  expect(contentOf('a: [\n# x\n')).toBe('a: [\n');
  expect(withoutComments('a\n # b\n#!/bin/sh\n')).toBe('a\n#!/bin/sh\n');
  expect(hasContent('# only\n\n')).toBe(false);
});

test('values of secrets are told apart, not shown', () => {
  const { from, to } = maskedPair({ from: { data: { same: 'x', other: 'x', gone: 'x' } }, to: { data: { same: 'x', other: 'y', added: 'y' } } });
  expect(from).toEqual({ data: { same: '***', other: '*** (before)', gone: '***' } });
  expect(to).toEqual({ data: { same: '***', other: '*** (after)', added: '***' } });
  expect(maskedPair({ from: undefined, to: { data: { a: 'x' } } })).toEqual({ from: undefined, to: { data: { a: '***' } } });
});
