import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end; its stdout. Throws with the last lines of what it said. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, [...args], {
      ...options,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    const last = said.split('\n').slice(-3).join(' / ');
    throw new Error(`${[command, ...args].slice(0, 3).join(' ')} failed: ${last || String(error)}`);
  }
}
