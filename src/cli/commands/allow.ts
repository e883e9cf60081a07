// ckadet allow: opens a cluster that ckadet did not make to labs, after the learner has seen which one it is.
import { allowContext, forbidContext, loadAllowedContexts } from '../../cluster/allowed-contexts.ts';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { loadKubeconfig } from '../../kube/kubeconfig/load.ts';
import { resolveContext } from '../../kube/kubeconfig/resolve.ts';
import { defineCommand, jsonOption } from '../command.ts';

export const command = defineCommand({
  description:
    'Labs create, change and delete objects, and some drain nodes. On a cluster that ckadet did not make this happens only after you have allowed its context here. The permission holds for the server the context has now: if the context is changed to lead elsewhere, ckadet asks again.',
  arguments: { context: { summary: 'a context of your kubeconfig', completes: 'contexts' } },
  options: {
    list: { summary: 'show what is allowed' },
    remove: { summary: 'take the permission back' },
    yes: { summary: 'do not ask', short: 'y' },
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet allow kind-practice', says: 'use a kind cluster for labs' },
    { command: 'ckadet allow --list', says: 'what is allowed' },
    { command: 'ckadet allow kind-practice --remove', says: 'no longer' },
  ],
  next: [{ command: 'ckadet status', says: 'the clusters that ckadet made' }],
  async run({ context, list, remove, yes }, { home, env, clock, questions, out }) {
    if (list) {
      const contexts = await loadAllowedContexts(home);
      await out.data({ contexts }, () =>
        contexts.length
          ? out.table(
              ['CONTEXT', 'SERVER', 'SINCE'],
              contexts.map((each) => [each.context, each.server, each.allowedAt.slice(0, 10)]),
            )
          : 'No context is allowed; clusters that ckadet makes need no permission.',
      );
      return EXIT.ok;
    }
    if (context === undefined)
      throw new AppError({
        code: 'MISSING_ARGUMENT',
        what: 'ckadet allow needs CONTEXT',
        next: ['list your contexts: kubectl config get-contexts', 'list what is allowed: ckadet allow --list'],
        exitCode: EXIT.usage,
      });
    if (remove) {
      const removed = await forbidContext(home, context);
      await out.data({ context, removed }, () => (removed ? `${context} is no longer allowed.` : `${context} was not allowed.`));
      return EXIT.ok;
    }
    const { server } = await resolveContext(await loadKubeconfig({ env }), context);
    if (!yes) {
      out.print(`Context  ${context}\nServer   ${server}\n\nLabs will create, change and delete objects in this cluster, and drain its nodes.`);
      if (!(await questions.confirm('Allow it?', false))) {
        out.print('Nothing was changed.');
        return EXIT.ok;
      }
    }
    await allowContext(home, context, server, clock.now());
    await out.data({ context, server }, () => `${context} is allowed. Take it back with: ckadet allow ${context} --remove`);
    return EXIT.ok;
  },
});
