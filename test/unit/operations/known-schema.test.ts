import { expect, it } from 'vitest';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { knownSchema } from '../../../src/operations/known-schema.js';
import { memorySource } from '../../../src/source/memory/source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import type { RunHeader } from '../../../src/state/state.js';
import { SHOP, table } from '../mapping/shop.js';

const { signal } = new AbortController();
const MAPPING: Mapping = {
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: { Tag: { from: 'tags', items: { main: { key: { pk: 'TAG#{id}', sk: 'TAG' } } } } },
};
const mapping = { mapping: MAPPING, file: 'shop.yaml', digest: 'new', place: () => null };
const TAGS = { ...SHOP, tables: [table('tags', { id: 'uuid' })] };

async function stateWith(name: string, header: Partial<RunHeader>) {
  const state = memoryState();
  const run = await state.open(name);
  await run.begin({
    ...{
      format: 1,
      runId: '',
      operation: 'migrate',
      mappingDigest: 'new',
      schemaDigest: '',
      source: '',
      sink: '',
    },
    ...{
      entities: [],
      options: {},
      startedAt: '',
      snapshots: [],
    },
    ...header,
  });
  await run[Symbol.asyncDispose]();
  return state;
}

const typeOfId = ({ resolved }: Awaited<ReturnType<typeof knownSchema>>) =>
  resolved.entities[0]?.query.identity[0]?.type.kind;
const openSource = async () => memorySource({ schema: SHOP, tables: {} });

it('takes the types of the run that wrote the table, before any source', async () => {
  const state = await stateWith('shop', { schema: TAGS });
  const known = await knownSchema({ mapping, state, openSource, signal });
  expect([typeOfId(known), known.changed, known.from]).toEqual([
    'uuid',
    false,
    expect.stringContaining('the run shop'),
  ]);
});

it('takes those of a canary where there is no whole run, and says when the mapping is another one', async () => {
  const state = await stateWith('shop.canary', { schema: TAGS, mappingDigest: 'old' });
  const known = await knownSchema({ mapping, state, signal });
  expect([typeOfId(known), known.changed]).toEqual(['uuid', true]);
});

it('asks the source where no run knows them, or where the mapping has grown since', async () => {
  for (const state of [
    memoryState(),
    await stateWith('shop', {}),
    await stateWith('shop', { schema: { ...TAGS, tables: [] } }),
  ]) {
    expect(typeOfId(await knownSchema({ mapping, state, openSource, signal }))).toBe('integer');
  }
});

it('says what is missing where nobody knows them', async () => {
  const nobody = knownSchema({ mapping, state: memoryState(), signal });
  await expect(nobody).rejects.toMatchObject({
    code: 'USAGE_MISSING',
    hint: expect.stringContaining('--source'),
  });
  const state = await stateWith('shop', { schema: { ...TAGS, tables: [] } });
  await expect(knownSchema({ mapping, state, signal })).rejects.toMatchObject({ code: 'MAPPING_INVALID' });
});
