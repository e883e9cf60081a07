// What a person types on a real terminal at processes in containers, and what the screen shows of it: raw keys, sizes, Ctrl-C, Ctrl-D.
import { spawn } from '@lydell/node-pty';
import { commandOf, KUBECONFIG, settled, type Who } from './sessions.ts';

type Act =
  | { readonly type: string }
  /** Columns and rows. */
  | { readonly resize: readonly [number, number] }
  /** Something that happens elsewhere meanwhile, in words of kubectl. */
  | { readonly meanwhile: string };

export interface Dialog {
  readonly command: string;
  /** Each waits until the screen shows the text, after all that was waited for before. */
  readonly turns: readonly (readonly [shows: string, act: Act])[];
}

const type = (keys: string): Act => ({ type: keys });
const PROMPT = '/ # ';

export const DIALOGS: Readonly<Record<string, Dialog>> = {
  'exec -it': {
    command: 'exec -it shell -- sh',
    turns: [
      [PROMPT, type('echo $((20+22))\r')],
      ['42', type('')],
      [PROMPT, type('tty; exit 7\r')],
    ],
  },
  'exec -it, the size of the window and its changes': {
    command: 'exec -it shell -- sh',
    turns: [
      [PROMPT, type('stty size\r')],
      ['30 100', type('')],
      [PROMPT, { resize: [77, 22] }],
      ['', type('until stty size | grep "22 77"; do :; done\r')],
      ['22 77\r\n', type('')],
      [PROMPT, type('exit\r')],
    ],
  },
  'exec -it, Ctrl-C goes to the process': {
    command: 'exec -it shell -- sh',
    turns: [
      [PROMPT, type('echo at work; sleep 300\r')],
      ['work\r\n', type('\u0003')],
      [PROMPT, type('echo code $?\r')],
      ['code 130', type('')],
      [PROMPT, type('exit\r')],
    ],
  },
  'exec -it, Ctrl-D ends the shell': { command: 'exec -it shell -- sh', turns: [[PROMPT, type('\u0004')]] },
  'exec -it, a program in colours and raw keys': {
    command: 'exec -it shell -- sh',
    turns: [
      [PROMPT, type('printf "\\033[31mred\\033[0m \\303\\244\\n"; stty raw -echo; echo ready; head -c 4 | od -c; stty sane\r')],
      ['ready\n', type('\u0001\u001b[A')],
      [PROMPT, type('exit 1\r')],
    ],
  },
  'exec -it of a program that is not there': { command: 'exec -it shell -- nothing-there', turns: [] },
  'exec -i on a terminal': { command: 'exec -i shell -- sh -c "read x; echo got $x; exit 2"', turns: [['', type('word\r')]] },
  'exec -i, Ctrl-D ends what is typed': {
    command: 'exec -i shell -- cat',
    turns: [
      ['', type('word\r')],
      ['word\r\nword\r\n', type('\u0004')],
    ],
  },
  'exec -i, Ctrl-C ends kubectl': { command: 'exec -i shell -- sh -c "echo ready; sleep 300"', turns: [['ready', type('\u0003')]] },
  'exec -t': { command: 'exec -t shell -- sh -c "tty; echo x"', turns: [] },
  'exec without -i, Ctrl-C': { command: 'exec shell -- sh -c "echo ready; sleep 300"', turns: [['ready', type('\u0003')]] },
  'the pod goes while a shell is open': {
    command: 'exec -it goes -- sh',
    turns: [[PROMPT, { meanwhile: 'delete pod goes --now' }]],
  },
  'logs -f, Ctrl-C': { command: 'logs -f ticks', turns: [['tick', type('\u0003')]] },
  'attach -it': {
    command: 'attach -it shell',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('echo $((20+22))\r')],
      ['42', type('')],
      [PROMPT, type('exit\r')],
    ],
  },
  'attach -i to a container without a terminal': {
    command: 'attach -it asks',
    turns: [
      ['enter.\r\n', type('word\r')],
      ['got word', type('\u0004')],
    ],
  },
  'attach, Ctrl-C': { command: 'attach ticks', turns: [['tick', type('\u0003')]] },
  'run -it --rm': {
    command: 'run once -it --rm --restart=Never --image=busybox:1.36 -- sh',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('echo $((20+22))\r')],
      ['42', type('')],
      [PROMPT, type('exit 3\r')],
    ],
  },
  'run -it --rm, Ctrl-D': {
    command: 'run twice -it --rm --restart=Never --image=busybox:1.36',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('\u0004')],
    ],
  },
  'run -it': {
    command: 'run stays -it --image=busybox:1.36',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('exit\r')],
    ],
  },
  'debug -it': {
    command: 'debug ticks -it --image=busybox:1.36 --profile=general -c probe --target=a',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('ps -o args | grep -c "^sh -c while"\r')],
      ['1\r\n', type('')],
      [PROMPT, type('exit\r')],
    ],
  },
  'debug -it --copy-to': {
    command: 'debug ticks -it --copy-to=copy --image=busybox:1.36 --profile=general -c probe',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('hostname; exit 4\r')],
    ],
  },
  'debug -it node/n2': {
    command: 'debug node/n2 -it --image=busybox:1.36 --profile=sysadmin',
    turns: [
      ['enter.\r\n', type('\r')],
      [PROMPT, type('chroot /host hostname\r')],
      ['n2\r\n', type('')],
      [PROMPT, type('exit\r')],
    ],
  },
  'run -i --rm, Ctrl-C before it runs': {
    command: 'run unplaced -i --rm --restart=Never --image=nowhere.example/none:1 --image-pull-policy=Never -v=6',
    turns: [['watch=true', type('\u0003')]],
  },
  'run -i --rm, Ctrl-C': {
    command: 'run piped -i --rm --restart=Never --image=busybox:1.36 -- sh -c "echo ready; sleep 300"',
    turns: [['enter.\r\n', type('\u0003')]],
  },
  'run --attach --rm, Ctrl-C': {
    command: 'run seen --attach --rm --restart=Never --image=busybox:1.36 -- sh -c "while true; do echo tick; sleep 1; done"',
    turns: [['tick', type('\u0003')]],
  },
  'port-forward, Ctrl-C': { command: 'port-forward shell :80', turns: [['[::1]', type('\u0003')]] },
  'get -w, Ctrl-C': { command: 'get pod shell -w -o name -v=6', turns: [['watch=true', type('\u0003')]] },
  'wait, Ctrl-C': { command: 'wait pod/shell --for=delete --timeout=60s -v=6', turns: [['watch=true', type('\u0003')]] },
  'edit, left as it was': { command: 'edit cm kube-root-ca.crt', turns: [] },
  'what is left': { command: 'get pods --no-headers -o custom-columns=N:.metadata.name', turns: [] },
  'delete -i, not quite yes': { command: 'delete deploy,cm --all -i', turns: [['(y/N)', type('yes\r')]] },
  'delete -i, yes': { command: 'delete pod asks -i', turns: [['(y/N)', type(' Y \r')]] },
  'delete -i, no': { command: 'delete pod ticks -i', turns: [['(y/N)', type('n\r')]] },
};

export interface Screen {
  readonly exitCode: number;
  readonly printed: string;
}

/** Resolves with all that the screen showed. Rejects when what is waited for does not come. */
export async function talk(who: Who, namespace: string, { command, turns }: Dialog): Promise<Screen> {
  const { printed, exitCode } = await onTerminal(who, namespace, command, turns);
  const shown = settled(printed, namespace)
    .replace(/:\d{5} ->/g, ':PORT ->')
    .replace(/(?:\^C)?(?:tick\r\n)+/g, (ticks) => ticks.replace(/(?:tick\r\n)+/, 'tick\r\n'))
    .replaceAll('^Ctick\r\n', '^C')
    // The prompt is drawn anew when the size of the window is told, which may come before or after it; its question where the cursor is is nobody's here.
    .replaceAll('\r/ # \u001b[J', '')
    .replaceAll('\u001b[6n', '')
    .replace(/(?:\r\n)+\/ # /g, '\r\n/ # ')
    // What -v=6 tells is how a dialog knows that something is waited for.
    .replace(/^KLOG.*\r\n/gm, '');
  return { exitCode, printed: shown };
}

function onTerminal(who: Who, namespace: string, command: string, turns: Dialog['turns']): Promise<Screen> {
  const [program = '', ...words] = commandOf(who);
  const line = [program, ...words, '-n', namespace].map((word) => `'${word}'`).join(' ');
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', KUBECONFIG, TERM: 'xterm', KUBE_EDITOR: 'true', PS1: '$ ' };
  const terminal = spawn('bash', ['--norc', '-c', `exec ${line} ${command}`], { cols: 100, rows: 30, env });
  const left = [...turns];
  let printed = '';
  let seen = 0;
  const go = (): void => {
    for (let [next] = left; next; [next] = left) {
      const [shows, act] = next;
      const at = printed.indexOf(shows, seen);
      if (at < 0) return;
      seen = at + shows.length;
      left.shift();
      if ('type' in act) terminal.write(act.type);
      else if ('resize' in act) terminal.resize(...act.resize);
      else void onTerminal('real', namespace, act.meanwhile, []);
    }
  };
  terminal.onData((data) => {
    printed += data;
    go();
  });
  return new Promise((resolve, reject) => {
    terminal.onExit(({ exitCode, signal = 0 }) => {
      if (left.length) reject(new Error(`${who}: ended without showing ${JSON.stringify(left[0]?.[0])}; it showed: ${JSON.stringify(printed)}`));
      else resolve({ exitCode: signal ? 128 + signal : exitCode, printed });
    });
    go();
  });
}
