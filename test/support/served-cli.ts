import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './cli.js';

const SERVER = fileURLToPath(new URL('./serve-cli.mjs', import.meta.url));
/** Ends what one command says; no command says it. */
const MARK = '\0the command has ended\0';

export interface ServedCommand {
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A process that runs commands one after the other; it ends with this one. */
export class ServedCli {
  #child: ChildProcess | undefined;
  #busy = false;

  /** Whether a command runs: a second one at once has to have a process of its own. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Runs the command; what would have ended its process without an exit code of its own, ends the server, and has none. */
  async run(command: ServedCommand): Promise<CliResult> {
    this.#busy = true;
    try {
      this.#child ??= await start(command.env);
      return await ask(this.#child, command);
    } finally {
      this.#busy = false;
      if (this.#child !== undefined && (this.#child.exitCode ?? this.#child.signalCode) !== null) {
        this.#child = undefined;
      }
    }
  }
}

async function start(env: ServedCommand['env']): Promise<ChildProcess> {
  const child = fork(SERVER, [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('close', (code) => reject(new Error(`serve-cli.mjs ended with ${code}: ${said}`)));
  });
  child.stderr?.removeAllListeners('data');
  // It must not keep this process alive.
  child.unref();
  child.channel?.unref();
  return child;
}

function ask(child: ChildProcess, command: ServedCommand): Promise<CliResult> {
  return new Promise((resolve) => {
    const said = { stdout: '', stderr: '' };
    let exit: number | null | undefined;
    const settle = () => {
      const ended = said.stdout.endsWith(MARK) && said.stderr.endsWith(MARK);
      if (exit === undefined || !ended) return;
      finish({
        exit,
        stdout: said.stdout.slice(0, -MARK.length),
        stderr: said.stderr.slice(0, -MARK.length),
      });
    };
    const onMessage = (message: unknown) => {
      exit = (message as { readonly exit: number }).exit;
      settle();
    };
    const onClose = (code: number | null) => finish({ exit: code, ...said });
    const finish = (result: CliResult) => {
      child.off('message', onMessage).off('close', onClose);
      child.stdout?.removeAllListeners('data');
      child.stderr?.removeAllListeners('data');
      resolve(result);
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        settle();
      });
    }
    child.on('message', onMessage).on('close', onClose);
    child.send({ ...command, mark: MARK });
  });
}
