import { expect, it } from 'vitest';
import { warningsOf } from '../../../src/operations/bulk-warnings.js';

it('names the readers of a stream and the replicas that a load is felt by, and is silent about a plain table', () => {
  expect(warningsOf({ name: 'shop', stream: null, replicas: [] })).toEqual([]);
  expect(
    warningsOf({ name: 'shop', stream: 'NEW_IMAGE', replicas: ['eu-west-3', 'us-east-1'] }),
  ).toMatchObject([
    expect.stringContaining('stream (NEW_IMAGE)'),
    expect.stringContaining('replicas in eu-west-3, us-east-1'),
  ]);
});
