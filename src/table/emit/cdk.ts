import { type IndexKey, type KeyAttribute, keyAttributes } from '../../item/key-attribute.js';
import type { ResolvedIndex } from '../../mapping/resolved-mapping.js';
import type { DesignedTable } from '../designed-table.js';
import { CLASS_NAMES, STREAM_VIEW_TYPES, tableRequest } from '../table-request.js';
import type { TableSettings } from '../table-settings.js';

/**
 * A construct of the CDK (TypeScript, aws-cdk-lib 2) with the table as `aws-dynamodb.Table`, which becomes the same
 * `AWS::DynamoDB::Table` as the template of `cloudformation.ts`. Retained when it leaves its stack.
 */
export function cdk(design: DesignedTable, settings: TableSettings): string {
  const { billing = 'on-demand', stream, deletionProtection, kmsKey, tags = {}, tableClass } = settings;
  const ownKey = kmsKey !== undefined && kmsKey !== 'aws';
  const properties: readonly Property[] = [
    ['tableName', quoted(design.name)],
    ...keyProperties(design.partitionKey, design.sortKey),
    ['billingMode', `dynamodb.BillingMode.${billing === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED'}`],
    ...throughputOf(settings),
    ...(tableClass === undefined
      ? []
      : [['tableClass', `dynamodb.TableClass.${CLASS_NAMES[tableClass]}`] as const]),
    ...(design.timeToLive === null ? [] : [['timeToLiveAttribute', quoted(design.timeToLive)] as const]),
    ...(settings.pointInTimeRecovery === undefined
      ? []
      : [
          [
            'pointInTimeRecoverySpecification',
            `{ pointInTimeRecoveryEnabled: ${settings.pointInTimeRecovery} }`,
          ] as const,
        ]),
    ...(stream === undefined
      ? []
      : [['stream', `dynamodb.StreamViewType.${STREAM_VIEW_TYPES[stream]}`] as const]),
    ...(deletionProtection === undefined ? [] : [['deletionProtection', `${deletionProtection}`] as const]),
    ...(kmsKey === 'aws' ? [['encryption', 'dynamodb.TableEncryption.AWS_MANAGED'] as const] : []),
    ...(ownKey
      ? [
          ['encryption', 'dynamodb.TableEncryption.CUSTOMER_MANAGED'] as const,
          ['encryptionKey', `kms.Key.fromKeyArn(this, 'Key', ${quoted(kmsKey)})`] as const,
        ]
      : []),
    ['removalPolicy', 'RemovalPolicy.RETAIN'],
  ];
  const tagged = Object.entries(tags).map(
    ([key, value]) => `Tags.of(this.table).add(${quoted(key)}, ${quoted(value)});`,
  );
  const projections = projectionsOf(design, settings);
  const body = [
    `this.table = new dynamodb.Table(this, 'Table', ${object(properties)});`,
    ...design.indexes.map((index) => indexCall(index, projections.get(index.name) ?? [], settings)),
    ...tagged,
  ];
  const core = ['RemovalPolicy', ...(tagged.length > 0 ? ['Tags'] : [])].join(', ');
  return `import { ${core} } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
${ownKey ? "import * as kms from 'aws-cdk-lib/aws-kms';\n" : ''}import { Construct } from 'constructs';

/** The DynamoDB table ${design.name.replaceAll('*/', '')}. */
export class ${className(design.name)} extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
${indented(indented(body.join('\n')))}
  }
}
`;
}

type Property = readonly [name: string, code: string];

function indexCall(index: ResolvedIndex, projection: readonly Property[], settings: TableSettings): string {
  const call = index.local === true ? 'addLocalSecondaryIndex' : 'addGlobalSecondaryIndex';
  return `this.table.${call}(${object([
    ['indexName', quoted(index.name)],
    ...(index.local === true
      ? keyProperty('sortKey', index.sortKey)
      : keyProperties(index.partitionKey, index.sortKey)),
    ...projection,
    ...(index.local === true ? [] : throughputOf(settings)),
  ])});`;
}

function projectionsOf(
  design: DesignedTable,
  settings: TableSettings,
): ReadonlyMap<string, readonly Property[]> {
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = tableRequest(design, settings);
  return new Map(
    [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(({ IndexName = '', Projection }) => [
      IndexName,
      [
        ['projectionType', `dynamodb.ProjectionType.${Projection?.ProjectionType ?? 'ALL'}`],
        ...(Projection?.NonKeyAttributes === undefined
          ? []
          : [['nonKeyAttributes', `[${Projection.NonKeyAttributes.map(quoted).join(', ')}]`] as const]),
      ],
    ]),
  );
}

function throughputOf({ billing = 'on-demand', warm }: TableSettings): readonly Property[] {
  const warmUnits = [
    ...(warm?.read === undefined ? [] : [`readUnitsPerSecond: ${warm.read}`]),
    ...(warm?.write === undefined ? [] : [`writeUnitsPerSecond: ${warm.write}`]),
  ];
  return [
    ...(billing === 'on-demand'
      ? []
      : ([
          ['readCapacity', `${billing.read}`],
          ['writeCapacity', `${billing.write}`],
        ] as const)),
    ...(warmUnits.length === 0 ? [] : [['warmThroughput', `{ ${warmUnits.join(', ')} }`] as const]),
  ];
}

function keyProperties(partitionKey: IndexKey, sortKey: IndexKey | null): readonly Property[] {
  return [...keyProperty('partitionKey', partitionKey), ...keyProperty('sortKey', sortKey)];
}

/** `partitionKeys` is one key of several attributes. */
function keyProperty(role: 'partitionKey' | 'sortKey', key: IndexKey | null): readonly Property[] {
  if (key === null) return [];
  const attributes = keyAttributes(key).map(attribute);
  const [first = ''] = attributes;
  return attributes.length === 1 ? [[role, first]] : [[`${role}s`, `[${attributes.join(', ')}]`]];
}

const TYPES = { S: 'STRING', N: 'NUMBER', B: 'BINARY' } as const;

function attribute({ name, type }: KeyAttribute): string {
  return `{ name: ${quoted(name)}, type: dynamodb.AttributeType.${TYPES[type]} }`;
}

function object(properties: readonly Property[]): string {
  return `{\n${properties.map(([name, code]) => `  ${name}: ${code},`).join('\n')}\n}`;
}

/** `app-shop.v2` → `AppShopV2Table`. */
function className(table: string): string {
  const words = table.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return `${name.replace(/^(?=\d)/, '_')}Table`;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
