/**
 * What the order of rows costs where partition keys follow it: `npm run bench -- order`. The pipeline from chunk
 * boundaries to the last item against the capacity simulator on virtual time (test/support/simulator), so that the
 * figures do not depend on the machine; `naive` takes the rows in large chunks one after the other.
 */
import { table } from '../../src/cli/table.js';
import { evenKeys, type KeyOrderedRun, runKeyOrdered } from '../support/simulator/key-ordered-run.js';

const PARTITIONS = 12;
const CAPACITY = PARTITIONS * 1_000;
const ITEM_BYTES = 450;

interface Scenario {
  readonly name: string;
  readonly rowsPerKey: number;
  readonly rows: number;
  readonly of: 'table' | 'index';
}

const SCENARIOS: readonly Scenario[] = [
  { name: '500 rows a key', rowsPerKey: 500, rows: 600_000, of: 'table' },
  { name: '2,000 rows a key', rowsPerKey: 2_000, rows: 1_200_000, of: 'table' },
  { name: '2,000 rows a key of an index', rowsPerKey: 2_000, rows: 1_200_000, of: 'index' },
  { name: '10,000 rows a key', rowsPerKey: 10_000, rows: 2_400_000, of: 'table' },
];

const WARM = { ReadUnitsPerSecond: CAPACITY, WriteUnitsPerSecond: CAPACITY };
const INDEX = {
  IndexName: 'gsi1',
  KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  WarmThroughput: WARM,
};

function runOf({ rowsPerKey, rows, of }: Scenario): Omit<KeyOrderedRun, 'order'> {
  const keys = evenKeys(rows / rowsPerKey, PARTITIONS);
  const inOrder = (row: number) => keys[Math.floor(row / rowsPerKey)] ?? '';
  const billing = { BillingMode: 'PAY_PER_REQUEST' as const, WarmThroughput: WARM };
  if (of === 'table') return { table: billing, rows, partitionOf: inOrder, itemBytes: ITEM_BYTES };
  return {
    table: { ...billing, GlobalSecondaryIndexes: [INDEX] },
    rows,
    partitionOf: (row) => `ROW#${row}`,
    indexPartitionOf: inOrder,
    itemBytes: ITEM_BYTES,
  };
}

const results = [];
for (const scenario of SCENARIOS) {
  for (const order of ['naive', 'spread'] as const) {
    const report = await runKeyOrdered({ ...runOf(scenario), order });
    // A unit of the table and, where the index has the same capacity, as many of it.
    const capacity = scenario.of === 'index' ? 2 * CAPACITY : CAPACITY;
    const used = Math.round((report.unitsPerSecond / capacity) * 1000) / 10;
    results.push({ ...scenario, order, usedPercent: used, ...report });
    console.error(`${scenario.name}  ${order}  ${used} %`);
  }
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ capacity: CAPACITY, results }, null, 2));
else {
  const head = ['rows', 'order', 'units/s', 'of the capacity', 'requests throttled', 'most MB waiting'];
  const rows = results.map(
    ({ name, order, unitsPerSecond, usedPercent, throttled, requests, mostPendingBytes }) => [
      name,
      order,
      Math.round(unitsPerSecond),
      `${usedPercent} %`,
      `${Math.round((100 * throttled) / requests)} %`,
      Math.round(mostPendingBytes / 1024 / 1024),
    ],
  );
  console.log(table(head, rows));
}
