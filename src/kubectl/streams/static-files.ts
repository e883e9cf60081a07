// Files of a folder over HTTP, as kubectl proxy --www serves them. Models Go's net/http FileServer
import type { FileSystem, HttpAnswer } from '../ports.ts';
import { cleanPath } from './copy-paths.ts';
import { plainAnswer } from './proxied-requests.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
};

/** `path` is below the folder; nothing above it can be named. */
export async function staticFile(files: FileSystem, folder: string, path: string): Promise<HttpAnswer> {
  const inner = cleanPath(`/${decodeURIComponent(path)}`);
  const place = `${folder.replace(/\/+$/, '')}${inner === '/' ? '' : inner}`;
  const missing = plainAnswer(404, '404 page not found');
  const status = await files.stat(place).catch(() => undefined); // nothing there is an answer too
  if (status?.kind === 'file') return fileAnswer(place, await files.read(place));
  if (status?.kind !== 'directory') return missing;
  const names = await files.list(place);
  if (names.includes('index.html')) return fileAnswer('index.html', await files.read(`${place}/index.html`));
  const shown = await Promise.all(names.map(async (name) => ((await files.stat(`${place}/${name}`)).kind === 'directory' ? `${name}/` : name)));
  const lines = shown.map((name) => `<a href="${encodeURI(name)}">${escaped(name)}</a>\n`);
  return fileAnswer('listing.html', Buffer.from(`<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;');

function fileAnswer(name: string, data: Uint8Array): HttpAnswer {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8';
  return { status: 200, headers: { 'content-type': type, 'content-length': String(data.length) }, body: once(data) };
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}
