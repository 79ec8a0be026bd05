/**
 * What making a mapper costs: `npm run bench -- compile [entities]`, by default 100 entities of ten columns with two
 * copies, an index key, a join and two access patterns each. One core; the first round is the cold one.
 */

import { keepHeapSmall, withoutOptimizer } from '../../src/cli/v8.js';
import { resolveAndCheck } from '../../src/mapping/check-mapping.js';
import { compileMapping } from '../../src/mapping/compile-mapping.js';
import { parseMapping } from '../../src/mapping/load-mapping.js';
import type { ColumnType, SourceSchema, TableSchema } from '../../src/source/source-schema.js';

keepHeapSmall(); // as the command does

const ENTITIES = Number(process.argv[2] ?? 100);
const ROUNDS = 21;

const integer: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const text: ColumnType = { kind: 'text', maxLength: 40, padded: false };
const moment: ColumnType = { kind: 'timestamp', zone: true };
const COLUMNS = [
  ...(['id', 'parent_id', 'rank'] as const).map((name) => ({ name, type: integer, nativeType: 'bigint' })),
  { name: 'created_at', type: moment, nativeType: 'timestamptz' },
  ...['name', 'email', 'street', 'city', 'country', 'note'].map((name) => ({
    name,
    type: text,
    nativeType: 'text',
  })),
].map((column) => ({ ...column, nullable: false, generated: false }));

const nameOf = (at: number) => `things_${String(at).padStart(3, '0')}`;

function tableAt(at: number): TableSchema {
  const references = { schema: 'public', name: nameOf(Math.max(0, at - 1)), columns: ['id'] };
  return {
    schema: 'public',
    name: nameOf(at),
    kind: 'table',
    columns: COLUMNS,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [{ name: `${nameOf(at)}_parent`, columns: ['parent_id'], references }],
    indexes: [['id'], ['parent_id']],
    estimatedRows: 1000,
  };
}

function entityAt(at: number): string {
  return `  Thing${at}:
    from: ${nameOf(at)}
    join: { parent: { via: parent_id, attributes: [name] } }
    items:
      main:
        key: { pk: "THING${at}#{id}", sk: THING${at} }
        indexes: { gsi1: { pk: "CITY${at}#{city}", sk: "{created_at}#{id}" } }
      ofParent: { key: { pk: "PARENT${at}#{parent_id}", sk: "THING${at}#{rank}#{id}" } }
`;
}

function patternsAt(at: number): string {
  return `  thing${at}: { query: table, pk: "THING${at}#{id}", sk: THING${at}, returns: Thing${at} }
  thing${at}OfParent: { query: table, pk: "PARENT${at}#{parentId}", sk: { beginsWith: "THING${at}#" }, returns: Thing${at} }
  thing${at}ByCity: { query: gsi1, pk: "CITY${at}#{city}", returns: Thing${at} }
`;
}

const positions = Array.from({ length: ENTITIES }, (_, at) => at);
const SCHEMA: SourceSchema = { dialect: 'postgres', defaultSchema: 'public', tables: positions.map(tableAt) };
const TEXT = `version: 1
table: { name: things, partitionKey: pk, sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }
entities:
${positions.map(entityAt).join('')}accessPatterns:
${positions.map(patternsAt).join('')}`;

const PARTS = ['load', 'resolve and check', 'compile', 'all'] as const;
type Round = readonly [load: number, check: number, compile: number, all: number];

async function round(at: number): Promise<Round> {
  const start = performance.now();
  const load = async () => parseMapping(TEXT, 'things.yaml');
  // As the command does, which reads it once: without the optimizer the warm rounds would never be warm.
  const loaded = await (at === 0 ? withoutOptimizer(TEXT.length, load) : load());
  const read = performance.now();
  const { resolved, problems } = resolveAndCheck(loaded, SCHEMA);
  const checked = performance.now();
  const { entities } = compileMapping(resolved);
  const end = performance.now();
  if (entities.length !== ENTITIES || problems.length > 0) {
    throw new Error(
      `the bench's own mapping is not clean: ${problems[0]?.message ?? 'entities are missing'}`,
    );
  }
  return [read - start, checked - read, end - checked, end - start];
}

const rounds: Round[] = [];
for (let at = 0; at < ROUNDS; at += 1) rounds.push(await round(at));
const warm = rounds.slice(1);
console.log(
  `${ENTITIES} entities, ${TEXT.length} characters of YAML; milliseconds, ${ROUNDS - 1} warm rounds\n`,
);
console.log('| part | first | warm, median | least – most |\n|---|--:|--:|--:|');
for (const [at, part] of PARTS.entries()) {
  const times = warm.map((of) => of[at] ?? 0).sort((a, b) => a - b);
  const cells = [rounds[0]?.[at], times[times.length >> 1], times[0], times.at(-1)].map((ms) =>
    (ms ?? 0).toFixed(0),
  );
  console.log(`| ${part} | ${cells[0]} | ${cells[1]} | ${cells[2]} – ${cells[3]} |`);
}
