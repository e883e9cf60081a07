// kubectl certificate deny.
import { defineCommand } from '../../command.ts';
import { decide, decisionFlags } from './decide.ts';

export const command = defineCommand({
  usage: '(-f FILENAME | NAME)',
  long: 'Denies certificate signing requests: their signer issues nothing.',
  examples: '# The request of dana\nkubectl certificate deny dana',
  flags: decisionFlags('denied'),
  run: (call, kubectl) =>
    decide(call, kubectl, {
      type: 'Denied',
      opposite: 'Approved',
      word: 'denied',
      reason: 'KubectlDeny',
      message: 'This CSR was denied by kubectl certificate deny.',
    }),
});
