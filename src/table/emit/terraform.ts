import { type IndexKey, keyAttributes } from '../../item/key-attribute.js';
import type { ResolvedIndex } from '../../mapping/resolved-mapping.js';
import type { DesignedTable } from '../designed-table.js';
import { tableRequest } from '../table-request.js';
import type { TableSettings } from '../table-settings.js';

/**
 * The table as a resource of Terraform's AWS provider (registry page of `aws_dynamodb_table`; `key_schema` of an index
 * over several attributes wants one of 2026). Like the stack of CloudFormation it does not take the data with it.
 */
export function terraform(design: DesignedTable, settings: TableSettings): string {
  const request = tableRequest(design, settings);
  const { stream, deletionProtection, kmsKey, tags = {}, pointInTimeRecovery } = settings;
  const projections = new Map(
    [...(request.GlobalSecondaryIndexes ?? []), ...(request.LocalSecondaryIndexes ?? [])].map((index) => [
      index.IndexName,
      index.Projection,
    ]),
  );
  const throughput = throughputOf(settings);
  const indexBlock = (index: ResolvedIndex) => {
    const { ProjectionType = 'ALL', NonKeyAttributes = [] } = projections.get(index.name) ?? {};
    const local = index.local === true;
    return block(local ? 'local_secondary_index' : 'global_secondary_index', [
      set('name', index.name),
      ...(local ? keySetting('range_key', index.sortKey) : indexKeys(index)),
      set('projection_type', ProjectionType),
      ...(NonKeyAttributes.length === 0
        ? []
        : [`non_key_attributes = [${NonKeyAttributes.map(quoted).join(', ')}]`]),
      ...(local ? [] : throughput),
    ]);
  };
  return `${block(`resource "aws_dynamodb_table" ${quoted(resourceName(design.name))}`, [
    set('name', design.name),
    set('billing_mode', request.BillingMode ?? 'PAY_PER_REQUEST'),
    set('hash_key', design.partitionKey),
    set('range_key', design.sortKey),
    ...(request.TableClass === undefined ? [] : [set('table_class', request.TableClass)]),
    ...(deletionProtection === undefined ? [] : [`deletion_protection_enabled = ${deletionProtection}`]),
    ...(stream === undefined
      ? []
      : [
          'stream_enabled = true',
          set('stream_view_type', request.StreamSpecification?.StreamViewType ?? ''),
        ]),
    ...throughput,
    ...(request.AttributeDefinitions ?? []).map(({ AttributeName = '', AttributeType = '' }) =>
      block('attribute', [set('name', AttributeName), set('type', AttributeType)]),
    ),
    ...design.indexes.map(indexBlock),
    ...(design.timeToLive === null
      ? []
      : [block('ttl', [set('attribute_name', design.timeToLive), 'enabled = true'])]),
    ...(pointInTimeRecovery === undefined
      ? []
      : [block('point_in_time_recovery', [`enabled = ${pointInTimeRecovery}`])]),
    ...(kmsKey === undefined
      ? []
      : [
          block('server_side_encryption', [
            'enabled = true',
            ...(kmsKey === 'aws' ? [] : [set('kms_key_arn', kmsKey)]),
          ]),
        ]),
    ...(Object.keys(tags).length === 0
      ? []
      : [
          block(
            'tags =',
            Object.entries(tags).map(([key, value]) => `${quoted(key)} = ${quoted(value)}`),
          ),
        ]),
    block('lifecycle', ['prevent_destroy = true']),
  ])}\n`;
}

function indexKeys({ partitionKey, sortKey }: ResolvedIndex): readonly string[] {
  if (typeof partitionKey === 'string' && (sortKey === null || typeof sortKey === 'string')) {
    return [...keySetting('hash_key', partitionKey), ...keySetting('range_key', sortKey)];
  }
  return [
    ...keyAttributes(partitionKey).map(({ name }) => keySchema(name, 'HASH')),
    ...keyAttributes(sortKey).map(({ name }) => keySchema(name, 'RANGE')),
  ];
}

function keySchema(name: string, type: string): string {
  return block('key_schema', [set('attribute_name', name), set('key_type', type)]);
}

function keySetting(role: string, key: IndexKey | null): readonly string[] {
  return keyAttributes(key).map(({ name }) => set(role, name));
}

function throughputOf({ billing = 'on-demand', warm }: TableSettings): readonly string[] {
  return [
    ...(billing === 'on-demand'
      ? []
      : [`read_capacity = ${billing.read}`, `write_capacity = ${billing.write}`]),
    ...(warm === undefined
      ? []
      : [
          block('warm_throughput', [
            ...(warm.read === undefined ? [] : [`read_units_per_second = ${warm.read}`]),
            ...(warm.write === undefined ? [] : [`write_units_per_second = ${warm.write}`]),
          ]),
        ]),
  ];
}

/** `app-shop.v2` → `app_shop_v2`: letters, digits, underscores; not a digit first. */
function resourceName(table: string): string {
  return table.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}

/** Laid out as `terraform fmt` does: equals signs in line, an empty line before what has lines of its own. */
function block(head: string, lines: readonly string[]): string {
  const width = Math.max(0, ...lines.filter(isSetting).map((line) => line.indexOf(' = ')));
  const laid = lines.flatMap((line, index) => {
    if (!isSetting(line)) return index === 0 ? [line] : ['', line];
    const at = line.indexOf(' = ');
    return [
      ...(index > 0 && !isSetting(lines[index - 1] ?? '') ? [''] : []),
      line.slice(0, at).padEnd(width) + line.slice(at),
    ];
  });
  return `${head} {\n${indented(laid)}\n}`;
}

function isSetting(line: string): boolean {
  return line.includes(' = ') && !line.includes('\n');
}

function set(name: string, value: string): string {
  return `${name} = ${quoted(value)}`;
}

/** A template sequence (`${`, `%{`) in a text would be evaluated: it is doubled. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}

function indented(lines: readonly string[]): string {
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
