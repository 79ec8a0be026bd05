/**
 * Keeps one private server: makes its folder, runs its steps, and ends it when standard input ends. The
 * kernel closes that pipe however the parent dies, kill -9 included, so that neither a process nor a folder
 * stays behind. Further lines are `kill` (as kill -9) and `start`, on the same port and folder. Plain JavaScript, because Node 20 runs no TypeScript. Its plan is the first line of input
 * (not an argument: it holds a password); see `PrivatePlan` in private-server.ts.
 */
import { spawn } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STOP_GRACE_MS = 5_000;

let plan;
let server;
let stopping = false;
/** A test has asked for a crash; `start` ends the outage. */
let crash;
let input = '';

process.stdin.setEncoding('utf8').on('data', (text) => {
  input += text;
  for (let end = input.indexOf('\n'); end !== -1; end = input.indexOf('\n')) {
    const line = input.slice(0, end);
    input = input.slice(end + 1);
    if (plan === undefined) {
      plan = JSON.parse(line);
      run().catch((error) => fail(error.message));
    } else if (line === 'kill') {
      crash = {};
      crash.over = new Promise((resolve) => {
        crash.end = resolve;
      });
      server?.kill('SIGKILL');
    } else crash?.end();
  }
});
process.stdin.on('end', stop).on('error', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
process.stdout.on('error', () => {}); // the parent is gone, and nobody reads

async function run() {
  const { folder, copy, files, steps, user } = plan;
  mkdirSync(folder, { mode: 0o700 });
  if (copy !== null) cpSync(copy, join(folder, 'engine'), { recursive: true, verbatimSymlinks: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    if (user !== null) chownSync(join(folder, name), user, user);
  }
  if (user !== null) chownSync(folder, user, user);
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  for (const step of steps) {
    if (stopping) return;
    let code = await runStep(step, log);
    while (crash !== undefined && step === steps.at(-1) && !stopping) {
      await crash.over;
      crash = undefined;
      // What is left of the killed server may hold its port or its memory for a moment.
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (stopping) return;
      code = await runStep(step, log);
    }
    if (!stopping && (code !== 0 || step === steps.at(-1))) return fail(`${step.command} ended with ${code}`);
  }
}

function runStep({ command, args, cwd, env }, log) {
  return new Promise((resolve, reject) => {
    server = spawn(command, args, {
      cwd: cwd ?? plan.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      windowsHide: true,
      ...(plan.user === null ? {} : { uid: plan.user, gid: plan.user }),
    });
    server.on('error', reject);
    server.on('exit', (code, signal) => {
      server = undefined;
      resolve(code ?? signal);
      if (stopping) leave(0);
    });
  });
}

function fail(message) {
  let log = '';
  try {
    log = readFileSync(join(plan.folder, 'log'), 'utf8').trim().split('\n').slice(-12).join('\n');
  } catch {
    // It failed before there was a log: the message says it all.
  }
  process.stdout.write(`${message}\n${log}`, () => leave(1));
}

function stop() {
  if (stopping) return;
  stopping = true;
  if (server === undefined) return leave(0);
  server.kill(plan.stopSignal);
  setTimeout(() => server?.kill('SIGKILL'), STOP_GRACE_MS).unref();
}

function leave(code) {
  if (plan !== undefined) rmSync(plan.folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit(code);
}
