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
    differences.length === 0
      ? `As the mapping designs it.\nNext: tablefold migrate --mapping ${mapping}\n`
      : `Not as the mapping designs it\n${grid(
          ['what', 'expected', 'found'],
          differences.map(({ what, expected, found }) => [what, expected, found]),
        )}\nNext: change the mapping, or name another table with --table.\n`,
  ].join('\n');
}

function keyText(attributes: readonly Attribute[]): string {
  return attributes.map(({ name, type }) => `${name} (${type})`).join(', ') || '-';
}

function projectionText(projection: Projection): string {
  if (projection.kind === 'include') return `keys, ${projection.attributes.join(', ')}`;
  return projection.kind === 'all' ? 'all' : 'keys only';
}
