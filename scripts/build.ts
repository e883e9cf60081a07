// Builds dist/: one small entry, and a chunk per command and room that is loaded when it is needed.
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { listLabs } from '../src/labs/library.ts';
import { apiDescriptions } from './api-descriptions.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

// Built beside and moved into place at the end: who runs the command meanwhile finds the old build or the new one, whole.
const draft = `.tmp/dist-${process.pid}`;
const before = `.tmp/dist-before-${process.pid}`;
// commander imports node:child_process for subcommands that are programs of their own; there are none here, and loading it costs every start.
const commanderWithoutPrograms: Plugin = {
  name: 'commander-without-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'none', namespace: 'no-programs' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-programs' }, () => ({ contents: 'export default {};' }));
  },
};
// Imported as a module, a built-in one reads each of its exports, and some of them load others on being read: node:http all of undici, for tens of milliseconds.
const builtInsAsRequired: Plugin = {
  name: 'built-ins-as-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(http|https|crypto|process)$/ }, ({ path, namespace }) =>
      namespace === 'required' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
  },
};

await build({
  absWorkingDir: at('.'),
  entryPoints: { ckadet: at('src/main.ts') },
  outdir: at(draft),
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20', // the entry must be read by an old Node to tell it that it is too old
  minifySyntax: true,
  keepNames: true,
  legalComments: 'linked',
  // Packages of CommonJS form ask for `require` and friends.
  banner: {
    js: "import { createRequire as ckadetRequire } from 'node:module'; const require = ckadetRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;",
  },
  // What ssh2 can do without: native code that makes it no faster here, and that is not built.
  external: ['cpu-features', '*.node'],
  plugins: [commanderWithoutPrograms, builtInsAsRequired],
  logLevel: 'warning',
});
await chmod(at(`${draft}/ckadet.js`), 0o755);
await writeFile(at(`${draft}/api-descriptions.json`), JSON.stringify(apiDescriptions()));
await writeFile(at(`${draft}/labs.json`), JSON.stringify((await listLabs(at('labs'))).map(({ folder: _folder, ...lab }) => lab)));
await mkdir(at('dist'), { recursive: true });
await rename(at('dist'), at(before));
await rename(at(draft), at('dist'));
await rm(at(before), { recursive: true, force: true });
