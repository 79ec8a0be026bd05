import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  StreamViewType,
} from '@aws-sdk/client-dynamodb';
import { type IndexKey, keyAttributes, keyNames } from '../item/key-attribute.js';
import type { ResolvedIndex } from '../mapping/resolved-mapping.js';
import type { DesignedTable } from './designed-table.js';
import type { StreamView, TableClass, TableSettings } from './table-settings.js';

export const STREAM_VIEW_TYPES: { readonly [view in StreamView]: StreamViewType } = {
  'keys-only': 'KEYS_ONLY',
  'new-image': 'NEW_IMAGE',
  'old-image': 'OLD_IMAGE',
  'new-and-old-images': 'NEW_AND_OLD_IMAGES',
};

export const CLASS_NAMES: { readonly [name in TableClass]: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS' } = {
  standard: 'STANDARD',
  'infrequent-access': 'STANDARD_INFREQUENT_ACCESS',
};

/** The CreateTable request of a design. Time to live and point-in-time recovery are calls of their own. */
export function tableRequest(design: DesignedTable, settings: TableSettings): CreateTableCommandInput {
  const { billing = 'on-demand', stream, deletionProtection, kmsKey, tags, tableClass } = settings;
  const keys = [design, ...design.indexes].flatMap(({ partitionKey, sortKey }) => [
    ...keyAttributes(partitionKey),
    ...keyAttributes(sortKey),
  ]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  const local = design.indexes.filter((index) => index.local === true);
  const global = design.indexes.filter((index) => index.local !== true);
  return {
    TableName: design.name,
    AttributeDefinitions: [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(design.partitionKey, design.sortKey),
    BillingMode: billing === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...throughput(settings),
    ...(global.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: global.map((index) => ({
            ...indexRequest(design, index),
            ...throughput(settings),
          })),
        }),
    ...(local.length === 0
      ? {}
      : { LocalSecondaryIndexes: local.map((index) => indexRequest(design, index)) }),
    ...(stream === undefined
      ? {}
      : { StreamSpecification: { StreamEnabled: true, StreamViewType: STREAM_VIEW_TYPES[stream] } }),
    ...(deletionProtection === undefined ? {} : { DeletionProtectionEnabled: deletionProtection }),
    ...(kmsKey === undefined ? {} : { SSESpecification: encryption(kmsKey) }),
    ...(tableClass === undefined ? {} : { TableClass: CLASS_NAMES[tableClass] }),
    ...(tags === undefined ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  };
}

function encryption(key: string) {
  const base = { Enabled: true, SSEType: 'KMS' } as const;
  return key === 'aws' ? base : { ...base, KMSMasterKeyId: key };
}

export function indexRequest(
  design: DesignedTable,
  index: ResolvedIndex,
): GlobalSecondaryIndex & LocalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: projection(design, index),
  };
}

/** DynamoDB refuses an empty INCLUDE; keys are projected anyway. */
function projection(design: DesignedTable, index: ResolvedIndex): GlobalSecondaryIndex['Projection'] {
  if (index.projection.kind === 'all') return { ProjectionType: 'ALL' };
  const keys = [design, index].flatMap(({ partitionKey, sortKey }) => [
    ...keyNames(partitionKey),
    ...keyNames(sortKey),
  ]);
  const further =
    index.projection.kind === 'include'
      ? index.projection.attributes.filter((name) => !keys.includes(name))
      : [];
  return further.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...further] };
}

function keySchema(partitionKey: IndexKey, sortKey: IndexKey | null): KeySchemaElement[] {
  return [
    ...keyNames(partitionKey).map((name) => ({ AttributeName: name, KeyType: 'HASH' as const })),
    ...keyNames(sortKey).map((name) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
  ];
}

/** The same for the table and each of its global indexes. */
function throughput({
  billing = 'on-demand',
  warm,
}: TableSettings): Pick<CreateTableCommandInput, 'ProvisionedThroughput' | 'WarmThroughput'> {
  return {
    ...(billing === 'on-demand'
      ? {}
      : {
          ProvisionedThroughput: { ReadCapacityUnits: billing.read, WriteCapacityUnits: billing.write },
        }),
    ...(warm === undefined
      ? {}
      : {
          WarmThroughput: {
            ...(warm.read === undefined ? {} : { ReadUnitsPerSecond: warm.read }),
            ...(warm.write === undefined ? {} : { WriteUnitsPerSecond: warm.write }),
          },
        }),
  };
}
