// The formats of strings that upstream checks; any other is only a remark. Models kube-openapi/pkg/validation/strfmt
import { validateDnsLabel, validateDnsSubdomain } from './names.ts';
import { isIP, isIPv4, isIPv6 } from 'node:net';

const HOST =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const UUID = (version: string): RegExp =>
  new RegExp(
    `^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${version === '[0-9a-f]' || version === '3' ? '[0-9a-f]' : '[89ab]'}[0-9a-f]{3}-?[0-9a-f]{12}$`,
    'i',
  );
const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
const isUri = (text: string): boolean => URL.canParse(text) || /^\/\S*$/.test(text);
const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
};
/** Go's durations, and those that end in words. */
const DURATION =
  /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)\s*(?:ns|us|µs|ms|s|m|h|d|w|hours?|minutes?|seconds?|days?|weeks?)(?:\s*(?:\d+(?:\.\d*)?|\.\d+)\s*(?:ns|us|µs|ms|s|m|h|d|w))*$|^0$/;

const BYTE = '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const RGB = new RegExp(`^rgb\\(\\s*${BYTE}\\s*,\\s*${BYTE}\\s*,\\s*${BYTE}\\s*\\)$`);
const isIsbn10 = (text: string): boolean => {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  return [...digits].reduce((sum, each, i) => sum + (i < 9 ? i + 1 : 10) * (each === 'X' ? 10 : Number(each)), 0) % 11 === 0;
};
const isIsbn13 = (text: string): boolean => {
  const digits = text.replaceAll(/[\s-]/g, '');
  return /^\d{13}$/.test(digits) && [...digits].reduce((sum, each, i) => sum + Number(each) * (i % 2 ? 3 : 1), 0) % 10 === 0;
};
const CARD = /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;
/** With the sum of Luhn. */
const isCreditCard = (text: string): boolean => {
  const digits = text.replaceAll(/\D/g, '');
  if (!CARD.test(digits)) return false;
  const doubled = [...digits].reverse().map((each, i) => Number(each) * (i % 2 ? 2 : 1));
  return doubled.reduce((sum, each) => sum + (each > 9 ? each - 9 : each), 0) % 10 === 0;
};

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (text) => /^[0-9a-f]{24}$/i.test(text),
  uri: isUri,
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: (text) => text.length <= 253 && HOST.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text),
  uuid: (text) => UUID('[0-9a-f]').test(text),
  uuid3: (text) => UUID('3').test(text),
  uuid4: (text) => UUID('4').test(text),
  uuid5: (text) => UUID('5').test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  date: isDate,
  datetime: (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10)),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: (text) => isIsbn10(text),
  isbn13: (text) => isIsbn13(text),
  creditcard: (text) => isCreditCard(text),
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: (text) => /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  rgbcolor: (text) => RGB.test(text),
  password: () => true,
  'k8s-short-name': (text) => validateDnsLabel(text).length === 0,
  'k8s-long-name': (text) => validateDnsSubdomain(text).length === 0,
  duration: (text) => DURATION.test(text),
};

/** Dashes do not count: `date-time` is `datetime`. */
const checkOf = (format: string): ((text: string) => boolean) | undefined => {
  const name = Object.keys(FORMATS).find((each) => each.replaceAll('-', '') === format.replaceAll('-', ''));
  return name === undefined ? undefined : FORMATS[name];
};
export const isKnownFormat = (format: string): boolean => checkOf(format) !== undefined;

/** True for a format nobody checks. */
export const isFormatted = (format: string, text: string): boolean => checkOf(format)?.(text) ?? true;
