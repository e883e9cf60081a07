// Keeps the house in order: every file of src against the rules, and every rule against an example that breaks it.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules, violations } from './architecture/rules.ts';
import { sourceFile } from './architecture/source-file.ts';

const ROOT = new URL('../../', import.meta.url);
const files = globSync('src/**/*.ts', { cwd: ROOT.pathname });

describe('the sources', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files).toContain('src/main.ts');
  });

  it('keep the rules of the house', () => {
    expect(files.flatMap((path) => violations(sourceFile(path, readFileSync(new URL(path, ROOT), 'utf8'))))).toEqual([]);
  });
});

const HEADER = '// An example.\n';
const wrong: readonly (readonly [rule: keyof typeof rules, path: string, code: string, message: string])[] = [
  ['rooms', 'src/labs/grade.ts', `import { simulator } from '../sim/simulator.ts';`, 'labs may not import sim'],
  ['rooms', 'src/labs/grade.ts', `import type { Plan } from '../provision/plan.ts';`, 'labs may not import provision'],
  ['rooms', 'src/sim/provider.ts', `const { grade } = await import('../labs/grade.ts');`, 'sim may not import labs'],
  ['rooms', 'src/kube/client/http-client.ts', `export { target } from "../../cluster/target.ts";`, 'kube may not import cluster'],
  ['rooms', 'src/platform/files.ts', `import '../cli/run.ts';`, 'platform may not import cli'],
  ['rooms', 'src/cluster/target.ts', `import {\n  type Output,\n} from '../cli/output/output.ts';`, 'cluster may not import cli'],
  ['rooms', 'src/errors/app-error.ts', `import { files } from '../platform/files.ts';`, 'errors may not import platform'],
  ['rooms', 'src/cli/run.ts', `import { run } from '../main.ts';`, 'cli may not import src/main.ts'],
  ['rooms', 'src/cli/run.ts', `import { fake } from '../../test/fake.ts';`, '../../test/fake.ts leads out of src'],
  ['rooms', 'src/stuff/thing.ts', '', 'there is no room stuff in the architecture'],
  ['simRooms', 'src/sim/storage/store.ts', `import { pod } from '../resources/core/pod.ts';`, 'sim/storage may not import sim/resources'],
  ['simRooms', 'src/sim/scheduler/queue.ts', `import { store } from '../storage/store.ts';`, 'sim/scheduler may not import sim/storage'],
  [
    'simRooms',
    'src/sim/controllers/deployment/deployment.ts',
    `import { kubelet } from '../../kubelet/kubelet.ts';`,
    'sim/controllers may not import sim/kubelet',
  ],
  ['simRooms', 'src/sim/apiserver/server.ts', `import { startSimulator } from '../simulator.ts';`, 'sim/apiserver may not import src/sim/simulator.ts'],
  ['simRooms', 'src/sim/apiserver/admission/quota.ts', `import { put } from '../operations/write.ts';`, 'admission may not import operations'],
  ['simRooms', 'src/sim/odd/thing.ts', '', 'there is no room sim/odd in the architecture'],
  ['provisionRooms', 'src/provision/phases/join.ts', `import { Gate } from '../gate/gate.ts';`, 'provision/phases may not import provision/gate/gate.ts'],
  [
    'provisionRooms',
    'src/provision/cluster-file/schema.ts',
    `import { LOCAL_PROVIDERS } from '../providers/registry.ts';`,
    'provision/cluster-file may not import provision/providers/registry.ts',
  ],
  ['provisionRooms', 'src/provision/plan/action.ts', `import type { Site } from '../site.ts';`, 'provision/plan may not import provision/site.ts'],
  ['provisionRooms', 'src/provision/later-changes.ts', `import { loadSource } from './load.ts';`, 'provision/cluster-file may not import provision/load.ts'],
  ['provisionRooms', 'src/provision/odd.ts', '', 'there is no room for provision/odd.ts in the architecture'],
  ['provisionRooms', 'src/provision/odd/thing.ts', '', 'there is no room for provision/odd/thing.ts in the architecture'],
  ['onlyUsers', 'src/cli/commands/up.ts', `import chalk from 'chalk';`, 'only src/cli/output/ may use chalk'],
  ['onlyUsers', 'src/provision/plan/plan.ts', `const { Listr } = await import('listr2');`, 'only src/cli/output/ may use listr2'],
  ['onlyUsers', 'src/cli/output/output.ts', `import inquirer from 'inquirer';`, 'only src/cli/prompts/ may use inquirer'],
  ['timeAndChance', 'src/labs/exam.ts', 'const start = Date.now();', 'time and chance are injected: no Date.now(…) here'],
  ['timeAndChance', 'src/sim/kubelet/probe.ts', 'setTimeout(() => probe(), 10);', 'time and chance are injected: no setTimeout(…) here'],
  ['timeAndChance', 'src/labs/exam.ts', 'const day = new Date();', 'time and chance are injected: no new Date()…) here'],
  ['exits', 'src/cli/run.ts', 'process.exit(1);', 'only main.ts exits the process'],
  ['exits', 'src/cli/run.ts', 'process.exitCode = 1;', 'only main.ts exits the process'],
  ['names', 'src/labs/string-utils.ts', '', 'the name says nothing: no utils, helpers, common, misc, manager'],
  ['names', 'src/labs/SessionStore.ts', '', 'file names are kebab-case'],
  ['names', 'src/labs/index.ts', '', 'no barrels'],
  ['size', 'src/labs/grade.ts', '\n'.repeat(400), '402 lines; more than one job?'],
];

describe('the rules', () => {
  it.each(wrong)('%s refuses %s: %s', (rule, path, code, message) => {
    const file = sourceFile(path, HEADER + code);
    expect(rules[rule]?.(file)).toEqual([message]);
    expect(violations(file)).toEqual([`${path}: ${message}`]);
  });

  it('ask for a header', () => {
    expect(violations(sourceFile('src/labs/grade.ts', 'export const a = 1;'))).toEqual(['src/labs/grade.ts: the first line says what the file is for']);
  });

  it('let what is right pass, and read no comments', () => {
    const text = `${HEADER}// not import '../sim/a.ts', nor Date.now()\n/* setTimeout(later) */\nimport { a } from '../kube/a.ts';\nimport fs from 'node:fs';\nexport const now = clock.now();\n`;
    expect(violations(sourceFile('src/labs/grade.ts', text))).toEqual([]);
    expect(violations(sourceFile('src/sim/simulator.ts', `${HEADER}import { a } from './kubelet/a.ts';\nimport { b } from './storage/b.ts';`))).toEqual([]);
    expect(violations(sourceFile('src/sim/images/runtime.ts', `${HEADER}import type { Runtime } from '../kubelet/ports/runtime.ts';`))).toEqual([]);
    expect(
      violations(
        sourceFile(
          'src/provision/runs/create.ts',
          `${HEADER}import { a } from '../site.ts';\nimport { b } from '../host-state.ts';\nimport { c } from './run-plan.ts';`,
        ),
      ),
    ).toEqual([]);
    expect(violations(sourceFile('src/sim/kernel/wall.ts', `${HEADER}setTimeout(task, 1);`))).toEqual([]);
  });
});
