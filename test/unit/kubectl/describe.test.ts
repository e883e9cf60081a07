// Descriptions of objects of every kind with every field, byte by byte as a real kubectl printed them of the same objects.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runKubectl } from '../../../src/kubectl/run.ts';
import { replayedPorts, type Recording } from '../../fixtures/replayed-kubectl.ts';

interface Recorded extends Recording {
  readonly cases: readonly { readonly command: string; readonly stdout: string }[];
}
const FILE = join(import.meta.dirname, '../../golden/kubectl-describe/objects.json.gz');
const recorded = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Recorded;

describe('what a real kubectl printed', () => {
  test.each(recorded.cases)('$command', async ({ command, stdout }) => {
    const written = { stdout: '', stderr: '' };
    const exitCode = await runKubectl(command.split(' '), replayedPorts(recorded, written));
    expect({ exitCode, ...written }).toEqual({ exitCode: 0, stdout, stderr: '' });
  });
});
