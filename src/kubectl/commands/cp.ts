// kubectl cp: files to containers and from them. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/cp/cp.go
import { defineCommand } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, int } from '../flags/flag.ts';
import { fileSpec } from '../streams/copy-paths.ts';
import { Copier } from '../streams/copying.ts';
import { SESSION_FLAGS } from './exec.ts';

export const command = defineCommand({
  usage: '<file-spec-src> <file-spec-dest>',
  long: 'Copies files and folders to a container or from it. The image must hold the program tar; links are not followed out of a container.',
  examples: `# To a pod
kubectl cp site web:/usr/share/nginx/html

# From a container of a pod in another namespace
kubectl cp shop/web:/tmp/report report -c app`,
  flags: {
    container: SESSION_FLAGS.container,
    'no-preserve': bool('Owner and permissions are not kept in the container.'),
    retries: int('How often a copy from a container is taken up again where it broke off; less than 0 without end.'),
  },
  async run({ args, flags: given }, kubectl) {
    const { name: namespace } = await kubectl.namespace();
    await kubectl.wire();
    const [first, second] = args;
    if (first === undefined || second === undefined || args.length !== 2) throw new CommandError('source and destination are required');
    const source = fileSpec(first);
    const target = fileSpec(second);
    if (source.pod && target.pod) throw new CommandError('one of src or dest must be a local file specification');
    if (!source.file || !target.file) throw new CommandError('filepath can not be empty');
    const copier = new Copier(kubectl, namespace, { container: given.container, keepsOwner: !given['no-preserve'], retries: given.retries });
    if (source.pod) await copier.fromPod(source, target);
    else if (target.pod) await copier.toPod(source, target);
    else throw new CommandError('one of src or dest must be a remote file specification');
  },
});
