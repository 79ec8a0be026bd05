import type { DesignedTable } from '../../../../src/table/designed-table.js';
import type { TableSettings } from '../../../../src/table/table-settings.js';

/** What Terraform and JavaScript would put a value for. */
const PLACEHOLDER = ['$', '{a}'].join('');

/** A table with everything that a mapping can design. */
export const design: DesignedTable = {
  name: 'app-shop.v2',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk', projection: { kind: 'all' } },
    { name: 'byKey', partitionKey: 'sk', sortKey: null, projection: { kind: 'keysOnly' } },
    {
      name: 'byRegion',
      partitionKey: [
        { name: 'tenant', type: 'N' },
        { name: 'region', type: 'S' },
      ],
      sortKey: [
        { name: 'status', type: 'S' },
        { name: 'createdAt', type: 'S' },
      ],
      projection: { kind: 'include', attributes: ['total', `it's ${PLACEHOLDER} "name" %{b}`] },
    },
    { name: 'lsi1', partitionKey: 'pk', sortKey: 'lsi1sk', local: true, projection: { kind: 'all' } },
  ],
  timeToLive: 'expiresAt',
};

/** Every setting there is. */
export const settings: TableSettings = {
  billing: 'on-demand',
  warm: { read: 12_000, write: 20_000 },
  stream: 'new-and-old-images',
  pointInTimeRecovery: true,
  deletionProtection: true,
  kmsKey: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  tags: { team: 'orders', 'cost center': PLACEHOLDER },
  tableClass: 'infrequent-access',
};
