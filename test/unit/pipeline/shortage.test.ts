import { expect, it } from 'vitest';
import { shortageOf } from '../../../src/pipeline/shortage.js';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/shop';
const INDEX = `${TABLE}/index/gsi1`;

it.each([
  ['TableWriteKeyRangeThroughputExceeded', TABLE, { kind: 'keys', index: null }],
  ['IndexWriteKeyRangeThroughputExceeded', INDEX, { kind: 'keys', index: 'gsi1' }],
  ['TableWriteProvisionedThroughputExceeded', TABLE, { kind: 'whole', index: null }],
  ['IndexWriteProvisionedThroughputExceeded', INDEX, { kind: 'whole', index: 'gsi1' }],
  ['TableWriteAccountLimitExceeded', TABLE, { kind: 'whole', index: null }],
  ['IndexWriteMaxOnDemandThroughputExceeded', INDEX, { kind: 'whole', index: 'gsi1' }],
  ['unknown', null, { kind: 'unknown' }],
])('%s of %s', (reason, resource, shortage) => {
  expect(shortageOf({ reason, resource })).toEqual(shortage);
});
