// kubectl create secret tls. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_tls.go and Go's crypto/tls (X509KeyPair)
import { defineCommand } from '../../../command.ts';
import { CommandError } from '../../../failures.ts';
import { string } from '../../../flags/flag.ts';
import type { Ports } from '../../../ports.ts';
import { fileReason } from '../../../resources/sentences.ts';
import { DATA_FLAGS } from '../data-sources.ts';
import { Generation, GENERATOR_FLAGS } from '../generated.ts';
import { SecretData } from '../secret-data.ts';

export const command = defineCommand({
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  long: 'Makes a secret of a certificate and its key. Both are PEM, and the one has to belong to the other.',
  examples: `kubectl create secret tls shop --cert=shop.crt --key=shop.key`,
  flags: {
    ...GENERATOR_FLAGS,
    'append-hash': DATA_FLAGS['append-hash'],
    cert: string('File of the certificate.'),
    key: string('File of its private key.'),
  },
  async run(call, kubectl) {
    const { flags } = call;
    const generation = await Generation.of(call, kubectl);
    if (!flags.key || !flags.cert) throw new CommandError('key and cert must be specified');
    const certificate = await readFile(flags.cert, kubectl.ports);
    const key = await readFile(flags.key, kubectl.ports);
    checkPair(certificate, key, kubectl.ports);
    const data = new SecretData();
    data.add('tls.crt', certificate);
    data.add('tls.key', key);
    await data.make(generation, 'kubernetes.io/tls', flags['append-hash']);
  },
});

async function readFile(path: string, { files }: Ports): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (error) {
    throw new CommandError(`Cannot read file ${path}, open ${path}: ${fileReason(error)}`);
  }
}

/** The types of the PEM blocks in a file, in order. */
const blocksIn = (bytes: Uint8Array): readonly string[] =>
  [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/^-----BEGIN ([^\n-]*(?:-[^\n-]+)*)-----\s*\n[\s\S]*?^-----END \1-----/gm),
  ].map(([, type = '']) => type);

function checkPair(certificate: Uint8Array, key: Uint8Array, ports: Ports): void {
  const certificates = blocksIn(certificate);
  if (!certificates.includes('CERTIFICATE')) {
    if (!certificates.length) throw new CommandError('tls: failed to find any PEM data in certificate input');
    if (certificates.length === 1 && certificates[0]?.endsWith('PRIVATE KEY'))
      throw new CommandError('tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched');
    throw new CommandError(
      `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certificates.join(' ')}]`,
    );
  }
  const keys = blocksIn(key);
  if (!keys.some((type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) {
    if (!keys.length) throw new CommandError('tls: failed to find any PEM data in key input');
    if (keys.length === 1 && keys[0] === 'CERTIFICATE') throw new CommandError('tls: found a certificate rather than a key in the PEM for the private key');
    throw new CommandError(
      `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keys.join(' ')}]`,
    );
  }
  const problem = PROBLEMS[ports.compareKeyPair(certificate, key)];
  if (problem) throw new CommandError(problem);
}

const PROBLEMS: Readonly<Record<ReturnType<Ports['compareKeyPair']>, string>> = {
  fits: '',
  'bad certificate': 'x509: malformed certificate',
  'bad key': 'tls: failed to parse private key',
  'other key': 'tls: private key does not match public key',
  'other type': 'tls: private key type does not match public key type',
};
