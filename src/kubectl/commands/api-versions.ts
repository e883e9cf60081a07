// kubectl api-versions.
import { messageOf } from '../../errors/app-error.ts';
import { defineCommand, usageError } from '../command.ts';
import { CommandError } from '../failures.ts';

export const command = defineCommand({
  usage: '[flags]',
  long: 'Lists the API versions of the server as group/version.',
  examples: '# All of them\nkubectl api-versions',
  async run(call, kubectl) {
    if (call.args.length) throw usageError(call, `unexpected arguments: [${call.args.join(' ')}]`);
    const discovery = await kubectl.discovery();
    discovery.invalidate();
    const { groups } = await (await kubectl.mapper()).offer().catch((error: unknown) => {
      throw new CommandError(`couldn't get available api versions from server: ${messageOf(error)}`);
    });
    const versions = groups.flatMap(({ name, versions: own }) => own.map((version) => (name ? `${name}/${version}` : version)));
    kubectl.print(
      versions
        .sort()
        .map((line) => `${line}\n`)
        .join(''),
    );
  },
});
