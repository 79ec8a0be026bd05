import {
  check,
  createMappedTable,
  loadMapping,
  migrate,
  openDynamoDb,
  openSink,
  openSource,
  openState,
  plan,
  resolveTable,
} from 'tablefold';

const { signal } = new AbortController(); // abort it, and the run ends in order with its checkpoint saved
const mapping = await loadMapping('library.yaml');
await using source = await openSource(process.env['SOURCE_URL'] ?? 'postgres://localhost/library');

const { errors, problems } = await check({ mapping, source, signal });
if (errors > 0) throw new Error(problems.map(({ message }) => message).join('\n'));

const { totals } = await plan({ mapping, source, signal });
console.log(`${totals.rows} rows will make ${totals.items} items, ${totals.writeUnits} write units`);

await using dynamo = await openDynamoDb();
await createMappedTable({ mapping, dynamo, settings: { billing: 'on-demand' }, signal });

await using sink = await openSink('dynamodb', { table: resolveTable(mapping.mapping.table) });
await using state = await openState('.tablefold');
const report = await migrate({ mapping, source, sink, state, signal });
console.log(`${report.totals.written} items written, ${report.totals.rejects} rejected`);
if (report.rejectLog !== null) console.log(`each with its reason in ${report.rejectLog}`);
