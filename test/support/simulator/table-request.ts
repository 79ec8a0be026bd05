import type {
  CreateTableCommandInput,
  ProvisionedThroughput,
  UpdateTableCommandInput,
  WarmThroughput,
} from '@aws-sdk/client-dynamodb';
import type { Capacity } from './rules.js';
import type { IndexLayout, TableLayout } from './table-layout.js';

type KeySchema = CreateTableCommandInput['KeySchema'];
type Projection = NonNullable<CreateTableCommandInput['GlobalSecondaryIndexes']>[number]['Projection'];

/** What the simulator has to know of a table, from its CreateTable request. */
export function layoutOf(request: CreateTableCommandInput): TableLayout {
  const [partitionKey = ''] = attributesOf(request.KeySchema, 'HASH');
  const [sortKey = null] = attributesOf(request.KeySchema, 'RANGE');
  const indexes = [...(request.GlobalSecondaryIndexes ?? []), ...(request.LocalSecondaryIndexes ?? [])];
  return { name: request.TableName ?? '', partitionKey, sortKey, indexes: indexes.map(indexLayout) };
}

function indexLayout(index: {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: KeySchema;
  readonly Projection?: Projection;
}): IndexLayout {
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection ?? {};
  return {
    name: index.IndexName ?? '',
    partitionKey: attributesOf(index.KeySchema, 'HASH'),
    sortKey: attributesOf(index.KeySchema, 'RANGE'),
    included: ProjectionType === 'ALL' ? null : new Set(ProjectionType === 'INCLUDE' ? NonKeyAttributes : []),
  };
}

function attributesOf(schema: KeySchema, role: 'HASH' | 'RANGE'): string[] {
  return (schema ?? []).flatMap(({ KeyType, AttributeName }) =>
    KeyType === role && AttributeName !== undefined ? [AttributeName] : [],
  );
}

/** The capacity that a CreateTable or UpdateTable asks for, of the table or of one of its indexes. */
export function capacityOf(
  mode: 'provisioned' | 'on-demand',
  part: {
    readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
    readonly OnDemandThroughput?: UpdateTableCommandInput['OnDemandThroughput'];
    readonly WarmThroughput?: WarmThroughput | undefined;
  },
): Capacity {
  if (mode === 'provisioned') {
    const { ReadCapacityUnits: read = 1, WriteCapacityUnits: write = 1 } = part.ProvisionedThroughput ?? {};
    return { mode, read, write };
  }
  const { MaxReadRequestUnits: maxRead, MaxWriteRequestUnits: maxWrite } = part.OnDemandThroughput ?? {};
  const { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write } = part.WarmThroughput ?? {};
  return {
    mode,
    warm:
      read === undefined && write === undefined ? undefined : { read: read ?? 12_000, write: write ?? 4_000 },
    max:
      maxRead === undefined && maxWrite === undefined
        ? undefined
        : { read: limit(maxRead), write: limit(maxWrite) },
  };
}

/** -1 takes a maximum away. */
function limit(units: number | undefined): number {
  return units === undefined || units < 0 ? Number.POSITIVE_INFINITY : units;
}
