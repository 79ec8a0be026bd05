import type { TableCreateReport, TableShowReport } from '../operations/table.js';
import { bytes, count, table as grid } from './table.js';

type Keys = TableShowReport['table'];
type Attribute = Keys['partitionKey'][number];
type Projection = Keys['indexes'][number]['projection'];

/** A table for people: what it is, its keys and indexes, and how it differs from the mapping's design. */
export function renderTable(report: TableShowReport | TableCreateReport, mapping: string): string {
  const { table, differences } = report;
  const billing =
    table.billing === 'on-demand'
      ? 'on-demand'
      : `provisioned ${count(table.billing.read)} RCU, ${count(table.billing.write)} WCU`;
  const ttl =
    table.timeToLive.kind === 'enabled'
      ? `time to live by ${table.timeToLive.attribute}`
      : `time to live ${table.timeToLive.kind}`;
  const notes = settingNotes(table);
  const verb = 'created' in report ? (report.created ? 'created, ' : 'is there already, ') : '';
  const rows = [
    ['table', keyText(table.partitionKey), keyText(table.sortKey), 'all', table.status],
    ...table.indexes.map((index) => [
      index.name,
      keyText(index.partitionKey),
      keyText(index.sortKey),
      projectionText(index.projection),
      index.status,
    ]),
  ];
  return [
    `${table.name} (account ${table.account ?? 'unknown'}, ${table.region}): ${verb}${table.status.toLowerCase()}, ${billing}, ${ttl}`,
    `about ${count(table.items)} items, ${bytes(table.bytes)} (DynamoDB counts them every six hours)\n`,
    grid(['', 'partition key', 'sort key', 'projection', 'status'], rows),
    ...notes,
    differences.length === 0
      ? `As the mapping designs it.\nNext: tablefold migrate --mapping ${mapping}\n`
      : `Not as the mapping designs it\n${grid(
          ['what', 'expected', 'found', 'to change it'],
          differences.map(({ what, expected, found, change }) => [what, expected, found, CHANGES[change]]),
        )}\nNext: change the table or the mapping, or name another table with --table.\n`,
  ].join('\n');
}

const CHANGES: { readonly [change in TableShowReport['differences'][number]['change']]: string } = {
  'in place': 'the table as it is, with its items',
  'new index': 'drop the index and make it again',
  'new table': 'another table, and migrate into it',
};

/** What is not as on a table that somebody just made; empty for that. */
function settingNotes({ stream, replicas, tableClass, deletionProtection, kmsKey }: Keys): readonly string[] {
  const notes = [
    ...(stream === null ? [] : [`stream ${stream}`]),
    ...(replicas.length === 0 ? [] : [`replicas in ${replicas.join(', ')}`]),
    ...(tableClass === 'standard' ? [] : [`class ${tableClass}`]),
    ...(deletionProtection ? ['deletion protection'] : []),
    ...(kmsKey === null ? [] : [`encrypted with ${kmsKey}`]),
  ];
  return notes.length === 0 ? [] : [`${notes.join('; ')}\n`];
}

function keyText(attributes: readonly Attribute[]): string {
  return attributes.map(({ name, type }) => `${name} (${type})`).join(', ') || '-';
}

function projectionText(projection: Projection): string {
  if (projection.kind === 'include') return `keys, ${projection.attributes.join(', ')}`;
  return projection.kind === 'all' ? 'all' : 'keys only';
}
