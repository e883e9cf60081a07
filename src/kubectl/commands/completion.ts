// kubectl completion: a script that teaches a shell what kubectl can be followed by.
import { defineCommand, usageError } from '../command.ts';
import { SCRIPTS } from '../completion/scripts.ts';
import { goQuote } from '../go-quote.ts';

export const command = defineCommand({
  usage: 'SHELL',
  long: 'Writes the completion script for bash, zsh, fish or powershell. The shell has to read it: in its start-up file, or now.',
  examples: `# In this shell
source <(kubectl completion bash)

# For an alias as well
alias k=kubectl
complete -o default -F __start_kubectl k`,
  async run(call, kubectl) {
    const [shell, ...others] = call.args;
    if (shell === undefined) throw usageError(call, 'Shell not specified.');
    if (others.length) throw usageError(call, 'Too many arguments. Expected only the shell type.');
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (script === undefined) throw usageError(call, `Unsupported shell type ${goQuote(shell)}.`);
    kubectl.print(script);
  },
});
