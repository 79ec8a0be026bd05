import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServedCli } from './served-cli.js';

export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface CliResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with the process as soon as it runs, to send signals to it. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
}

/** Credentials for the local engines; DynamoDB Local wants letters and digits. */
export const LOCAL_AWS = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'eu-west-1',
} as const;

let served: ServedCli | undefined;

/**
 * From now on the commands of this test file share one process, which loads the binary's modules once: for files about
 * what commands find and report. Those about the process itself (its exit, signals, memory, threads, output of each
 * command) start it each time, and so does a command with `onStart`, or while another one runs.
 */
export function shareProcess(): void {
  served ??= new ServedCli();
}

/** Runs the built binary as a user would, with nothing of this process's own environment but PATH and HOME. */
export function tablefold(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  if (!existsSync(BIN)) throw new Error(`${BIN} does not exist: npm test builds it, npm run build does too`);
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NO_COLOR: '1',
    ...LOCAL_AWS,
    ...options.env,
  };
  if (served !== undefined && options.onStart === undefined && !served.busy) {
    return served.run({ args, cwd: options.cwd, env });
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, stdout, stderr }));
    options.onStart?.(child);
  });
}

/** Sends a migration the signal so long after it began to read, however long a busy machine takes until then. */
export function signalWhileReading(ms: number, signal: NodeJS.Signals): CliOptions {
  return {
    onStart(child) {
      child.stderr?.on('data', (text: string) => {
        if (text.includes('snapshot taken')) void delay(ms).then(() => child.kill(signal));
      });
    },
  };
}

/** Kills a command when a file that it writes has so many whole lines. */
export function killAtLines(file: string, lines: number): CliOptions {
  return {
    onStart(child) {
      void (async () => {
        while (child.exitCode === null && child.signalCode === null) {
          const text = await readFile(file, 'utf8').catch(() => ''); // not made yet
          if (text.split('\n').length > lines) child.kill('SIGKILL');
          await delay(20);
        }
      })();
    },
  };
}
