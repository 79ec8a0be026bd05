import { fileURLToPath } from 'node:url';

/**
 * One contestant in a process of its own, so that its CPU and memory are its own. Prints one JSON line:
 * what it wrote, and what it took from the moment its modules were loaded.
 */
const [name, sourceUrl = '', endpoint = ''] = process.argv.slice(2);

async function contestant(): Promise<() => Promise<number>> {
  if (name === 'handwritten') {
    const { runHandwritten } = await import('./handwritten.js');
    return () => runHandwritten(sourceUrl, endpoint, 'bench');
  }
  // The built package, as users run it.
  const built = new URL('../../dist/index.js', import.meta.url).href;
  const tablefold = (await import(built)) as typeof import('../../src/index.js');
  return async () => {
    const mapping = await tablefold.loadMapping(fileURLToPath(new URL('./mapping.yaml', import.meta.url)));
    const signal = new AbortController().signal;
    await using source = await tablefold.openSource(sourceUrl);
    const table = { name: 'bench', partitionKey: 'pk', sortKey: 'sk', indexes: [] };
    await using sink = await tablefold.openSink('dynamodb', {
      table,
      region: 'local',
      endpointUrl: endpoint,
    });
    await using state = await tablefold.openState(
      `${process.env['TMPDIR'] ?? '/tmp'}/tablefold-bench-${process.pid}`,
    );
    const report = await tablefold.migrate({ mapping, source, sink, state, existing: 'overwrite', signal });
    return report.totals.written;
  };
}

const run = await contestant();
const cpu = process.cpuUsage();
const started = performance.now();
const items = await run();
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ items, wallMs, cpuMs: (user + system) / 1000, peakMb })}\n`);
