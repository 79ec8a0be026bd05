/** `npm run bench [-- WHAT] [flags]`: one of the benchmarks, by default `migrate`. docs/performance.md says how to read them. */
const BENCHES: Readonly<Record<string, () => Promise<unknown>>> = {
  migrate: () => import('./migrate/migrate.js'),
  readers: () => import('./readers.js'),
  mapper: () => import('./mapper.js'),
  plot: () => import('./plot.js'),
  keys: () => import('./keys.js'),
  compile: () => import('./compile.js'),
  memory: () => import('./memory.js'),
  threads: () => import('./threads.js'),
  'from-table': () => import('./from-table.js'),
  diff: () => import('./diff.js'),
  order: () => import('./order.js'),
  builds: () => import('./builds.js'),
  capacity: () => import('./capacity.js'),
};

const [first = '-'] = process.argv.slice(2);
const what = first.startsWith('-') ? 'migrate' : first;
const open = BENCHES[what];
if (open === undefined) {
  console.error(`There is no benchmark "${what}": take one of ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  // Each reads its own flags.
  if (what === first) process.argv.splice(2, 1);
  await open();
}
