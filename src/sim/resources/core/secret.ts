// Secret: `stringData` becomes data, the type never changes. Models kubernetes/pkg/registry/core/secret/strategy.go
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateSecret, validateSecretUpdate } from './validation/secret.ts';

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const typesIn = (pem: string): string[] => [...pem.matchAll(PEM)].map(([, type = '']) => type);

/** What Go's crypto/tls says of a pair of certificate and key; undefined when they fit. */
function pairProblem(certificate: string, key: string): string | undefined {
  const types = typesIn(certificate);
  if (!types.includes('CERTIFICATE')) {
    if (!types.length) return 'tls: failed to find any PEM data in certificate input';
    return types.length === 1 && types[0]?.endsWith('PRIVATE KEY')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
  }
  const keys = typesIn(key);
  if (!keys.some((each) => each.endsWith('PRIVATE KEY'))) {
    if (!keys.length) return 'tls: failed to find any PEM data in key input';
    return keys.length === 1 && keys[0] === 'CERTIFICATE'
      ? 'tls: found a certificate rather than a key in the PEM for the private key'
      : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keys.join(' ')}]`;
  }
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? undefined : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}

function warnings({ type, data = {} }: Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  const problem = pairProblem(text('tls.crt'), text('tls.key'));
  return problem === undefined ? [] : [problem];
}

export const secrets = defineKind<Secret>('v1', 'secrets', {
  metadataChecks: ['as changed', 'as new'],
  defaults(draft) {
    draft.type ||= 'Opaque';
    for (const [key, value] of Object.entries(draft.data ?? {})) if (draft.data && /[\r\n]/.test(value)) draft.data[key] = value.replaceAll(/[\r\n]/g, '');
    if (!draft.stringData) return;
    draft.data = { ...draft.data, ...Object.fromEntries(Object.entries(draft.stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')])) };
    delete draft.stringData;
  },
  prepareForUpdate(draft, old) {
    if (!draft.type && old.type) draft.type = old.type;
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  selectableFields: { type: ({ type }) => type ?? '' },
  row: (object, { now }) => [object.metadata.name ?? '', object.type ?? '', Object.keys(object.data ?? {}).length, age(object, now)],
});
