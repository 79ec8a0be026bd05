import { table } from '../../../src/cli/table.js';
import { spreadText } from '../spread.js';
import type { BenchResults, PieceResult } from './results.js';
import { percent } from './scenarios.js';

/** Tables for people, on stdout. */
export function printResults({ machine, pieces, scenarios }: BenchResults): void {
  for (const piece of pieces) printPiece(piece);
  if (scenarios.length > 0) {
    console.log(
      table(
        ['simulated table', 'used (worst–best 10 s)', 'requests throttled'],
        scenarios.map(({ name, used, throttled }) => [
          name,
          `${percent(used.mean)} (${percent(used.worst)}–${percent(used.best)})`,
          percent(throttled),
        ]),
      ),
    );
  }
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
}

function printPiece({ shape, engine, protocol, rows, rounds, contestants, ratios }: PieceResult): void {
  const rates = new Map(ratios.map((ratio) => [ratio.to, ratio]));
  console.log(`${shape}, ${engine}, ${protocol}: ${rows.toLocaleString('en-US')} rows, ${rounds} rounds`);
  console.log(
    table(
      ['median (min–max)', 'items/s', 'µs CPU an item', 'peak MB', 'tablefold: items/s ×', 'CPU ×'],
      contestants.map(({ name, itemsPerSecond, cpuMicrosPerItem, peakMb }) => {
        const ratio = rates.get(name);
        const compared =
          ratio === undefined ? ['', ''] : [ratio.itemsPerSecond, ratio.cpuPerItem].map(spreadText);
        return [name, ...[itemsPerSecond, cpuMicrosPerItem, peakMb].map(spreadText), ...compared];
      }),
    ),
  );
}
