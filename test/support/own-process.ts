import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A module of ours that serves in a process of its own, so that its CPU is not counted with that of its caller. */
export interface OwnProcess<Said> {
  /** What it said when it was ready. */
  readonly said: Said;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the module, which calls `serveAlone`, and tells it `told`; both sides speak one line of JSON. It ends when
 * disposed of, and with this process at the latest. Throws where it ends before it is ready.
 */
export async function startAlone<Said>(moduleUrl: string, told: unknown): Promise<OwnProcess<Said>> {
  const manifest = createRequire(import.meta.url).resolve('jiti/package.json');
  const jiti = join(dirname(manifest), 'lib', 'jiti-cli.mjs');
  const file = fileURLToPath(moduleUrl);
  const child = spawn(process.execPath, [jiti, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify(told)}\n`);
  const said = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([said, endOf(child, file)]);
  return {
    said: JSON.parse(line) as Said,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function endOf(child: ChildProcess, file: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`${file} ended with ${code} before it was ready`);
}

/** In a module that `startAlone` starts; nothing where it is only imported. `serve` answers when it is ready. */
export async function serveAlone<Told>(
  moduleUrl: string,
  serve: (told: Told) => Promise<unknown>,
): Promise<void> {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const lines = createInterface(process.stdin);
  lines.on('close', () => process.exit(0));
  const [line] = (await once(lines, 'line')) as [string];
  process.stdout.write(`${JSON.stringify(await serve(JSON.parse(line) as Told))}\n`);
}
