/**
 * Runs commands of the built binary one after the other, each as `dist/bin.js` would in a process of its own: a start
 * loads some 900 modules, 0.5 s of CPU, and a test file has up to fifty of them. It is told `{ args, cwd, env, mark }`,
 * ends both streams with the mark, and answers `{ exit }`. Plain JavaScript, because Node 20 runs no TypeScript. It ends
 * with its parent.
 */
import { fileURLToPath } from 'node:url';

const bin = new URL('../../dist/bin.js', import.meta.url).href;
/** Names that the last command was given; what modules set when they were loaded stays. */
let given = Object.keys(process.env);
const { main } = await import('../../dist/cli/main.js');
const end = process.exit.bind(process);
const home = process.cwd();

process.on('disconnect', () => end(0));
process.on('message', async ({ args, cwd, env, mark }) => {
  for (const name of given) delete process.env[name];
  Object.assign(process.env, env);
  given = Object.keys(env);
  process.chdir(cwd ?? home);
  process.argv = [process.execPath, fileURLToPath(bin), ...args];
  process.exitCode = undefined;
  // The first is what ends a process: nothing after it is heard.
  let exit;
  process.exit = (code = process.exitCode ?? 0) => {
    exit ??= code;
  };
  await main(args, bin);
  exit ??= process.exitCode ?? 0;
  process.exitCode = undefined;
  process.stdout.write(mark);
  process.stderr.write(mark);
  process.send({ exit });
});
process.send('ready');
