// kubectl describe certificatesigningrequest: who asks for what, read from the request itself.
import type { CertificateSigningRequest } from '../../kube/api/certificates-v1.ts';
import { certificateSigningRequests } from '../../kube/api/resources.ts';
import { derElements, derInside, derNameValues, firstDer, malformedDer, pemBlock, type DerElement } from '../../kube/machinery/der.ts';
import { humanDuration } from '../../kube/machinery/human-duration.ts';
import { messageOf } from '../../errors/app-error.ts';
import { CommandError } from '../failures.ts';
import { describerOf } from './describer.ts';
import { pairsText } from './metadata.ts';
import { longTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

export const describer = describerOf(certificateSigningRequests, (w, object) => {
  const { metadata, spec } = object;
  const request = read(spec.request);
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Labels', pairsText(metadata.labels));
  w.field(0, 'Annotations', pairsText(metadata.annotations));
  w.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  w.field(0, 'Requesting User', spec.username ?? '');
  if (spec.signerName) w.field(0, 'Signer', spec.signerName);
  if (spec.expirationSeconds !== undefined) w.field(0, 'Requested Duration', humanDuration(spec.expirationSeconds * 1000));
  w.field(0, 'Status', statusText(object));
  w.line(0, 'Subject:');
  w.field(0, '\tCommon Name', derNameValues(request.subject, '550403').at(-1) ?? '');
  w.field(0, '\tSerial Number', derNameValues(request.subject, '550405').at(-1) ?? '');
  for (const [title, attribute] of ATTRIBUTES) writeList(w, title, derNameValues(request.subject, attribute));
  const names = NAME_KINDS.map(({ title, tag, text }) => ({ title, values: request.names.filter((each) => each.tag === tag).map(text) }));
  if (names.some(({ values }) => values.length)) w.line(0, 'Subject Alternative Names:');
  for (const { title, values } of names) writeList(w, title, values);
});

/** Titles and object identifiers of a name's attributes. */
const ATTRIBUTES: readonly (readonly [title: string, attribute: string])[] = [
  ['Organization', '55040a'],
  ['Organizational Unit', '55040b'],
  ['Country', '550406'],
  ['Locality', '550407'],
  ['Province', '550408'],
  ['StreetAddress', '550409'],
  ['PostalCode', '550411'],
];
const NAME_KINDS: readonly { readonly title: string; readonly tag: number; readonly text: (name: DerElement) => string }[] = [
  { title: 'DNS Names', tag: 0x82, text: ({ content }) => content.toString('latin1') },
  { title: 'Email Addresses', tag: 0x81, text: ({ content }) => content.toString('latin1') },
  { title: 'URIs', tag: 0x86, text: ({ content }) => content.toString('latin1') },
  { title: 'IP Addresses', tag: 0x87, text: ({ content }) => addressText(content) },
];
const EXTENSION_REQUEST = '2a864886f70d01090e';
const ALTERNATIVE_NAMES = '551d11';

interface Read {
  readonly subject: DerElement;
  /** The alternative names. */
  readonly names: readonly DerElement[];
}

/** Throws CommandError for what is no request. */
function read(base64: string): Read {
  const block = pemBlock(Buffer.from(base64, 'base64').toString('latin1'));
  try {
    if (block?.type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST');
    const [info] = derInside(firstDer(block.bytes));
    if (!info) throw malformedDer();
    const [, subject, , attributes] = derInside(info);
    if (!subject) throw malformedDer();
    return { subject, names: attributes ? alternativeNames(attributes) : [] };
  } catch (error) {
    throw new CommandError(`Error parsing CSR: ${messageOf(error)}`);
  }
}

function alternativeNames(attributes: DerElement): readonly DerElement[] {
  const extensions = derInside(attributes).flatMap((attribute) => {
    const [type, values] = derInside(attribute);
    return type?.content.toString('hex') === EXTENSION_REQUEST && values ? derInside(firstDer(values.content)) : [];
  });
  return extensions.flatMap((extension) => {
    const parts = derInside(extension);
    const value = parts.at(-1);
    return parts[0]?.content.toString('hex') === ALTERNATIVE_NAMES && value ? [...derElements(firstDer(value.content).content)] : [];
  });
}

/** The longest run of zeros of an IPv6 address is left out, as everywhere. */
function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function writeList(w: DescribeWriter, title: string, values: readonly string[]): void {
  if (values.length) w.line(0, `\t${title}:\t${values.join('\n\t\t')}`);
}

function statusText({ status = {} }: CertificateSigningRequest): string {
  const types = (status.conditions ?? []).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  return `${decision}${types.includes('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`;
}
