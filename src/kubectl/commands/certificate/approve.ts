// kubectl certificate approve.
import { defineCommand } from '../../command.ts';
import { decide, decisionFlags } from './decide.ts';

export const command = defineCommand({
  usage: '(-f FILENAME | NAME)',
  long: 'Approves certificate signing requests, so that their signer issues what they ask for. Who gets such a certificate may act as whom it names: look at the request first.',
  examples: '# The request of dana\nkubectl certificate approve dana',
  flags: decisionFlags('approved'),
  run: (call, kubectl) =>
    decide(call, kubectl, {
      type: 'Approved',
      opposite: 'Denied',
      word: 'approved',
      reason: 'KubectlApprove',
      message: 'This CSR was approved by kubectl certificate approve.',
    }),
});
