// Builds dist/: one small entry, and a chunk per command and room that is loaded when it is needed.
import { chmod, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { apiDescriptions } from './api-descriptions.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await rm(at('dist'), { recursive: true, force: true });
await build({
  absWorkingDir: at('.'),
  entryPoints: { ckadet: at('src/main.ts') },
  outdir: at('dist'),
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
  banner: { js: "import { createRequire as ckadetRequire } from 'node:module'; const require = ckadetRequire(import.meta.url);" },
  logLevel: 'warning',
});
await chmod(at('dist/ckadet.js'), 0o755);
await writeFile(at('dist/api-descriptions.json'), JSON.stringify(apiDescriptions()));
