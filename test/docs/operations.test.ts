import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import type { RejectCode } from '../../src/item/reject.js';
import { openShop, type Shop } from '../cli/fixture.js';
import { requireEngine } from '../support/require-resource.js';
import { codeBlocks, readPage } from './code-blocks.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');
const page = readPage('docs/operations.md');

/** The type has them all, so a new one does not compile until it stands here, and then on the page. */
const REJECTS: { readonly [Code in RejectCode]: true } = {
  KEY_NULL: true,
  KEY_EMPTY: true,
  KEY_TOO_LONG: true,
  KEY_OUT_OF_RANGE: true,
  KEY_COLLISION: true,
  VALUE_NOT_EXACT: true,
  VALUE_MALFORMED: true,
  VALUE_TOO_DEEP: true,
  CHILDREN_NOT_UNIQUE: true,
  CHILD_KEY_MISSING: true,
  DERIVE_FAILED: true,
  DERIVE_VALUE: true,
  ITEM_TOO_LARGE: true,
  ITEM_REFUSED: true,
};

it('docs/operations.md explains every code of the reject log', () => {
  const explained = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(explained).toEqual(Object.keys(REJECTS));
});

describe('the reject log of docs/operations.md', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 50 });
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id = 42');
    await shop.run(['table create']);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('is what a run writes', async () => {
    const [shown] = codeBlocks(page).filter(({ language }) => language === 'json');
    const run = await shop.run(['migrate', '--json']);
    expect(run.exit).toBe(EXIT.findings);
    const { rejectLog } = JSON.parse(run.stdout);
    expect(rejectLog).toBe(`${shop.state}/${shop.table}/rejects.ndjson`);
    const line = JSON.parse(readFileSync(rejectLog, 'utf8'));
    expect({ ...line, reason: '…' }).toEqual(JSON.parse(shown!.text));
    expect(Object.keys(line)).toEqual(Object.keys(JSON.parse(shown!.text)));
  });
});
