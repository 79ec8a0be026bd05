import { convertToAttr } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WireItem, WireValue } from '../../../src/item/attribute-value.js';
import { canonicalItem } from '../../../src/item/canonical.js';
import { itemBytes } from '../../../src/item/size.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { resolveTemplate } from '../../../src/mapping/key/key-template.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import type { AttributeType } from '../../../src/mapping/mapping.js';
import type { ResolvedAttribute, ResolvedMapping } from '../../../src/mapping/resolved-mapping.js';
import type { ColumnType } from '../../../src/source/source-schema.js';
import { columnAt, RUNS } from './key-values.js';

/**
 * Rows are made from values; what an item must hold is made from the same values by plain objects, BigInt
 * and the SDK's own marshaller. Neither side reads what the other wrote.
 */
interface Value {
  readonly raw: string | Buffer | null;
  /** Undefined: the attribute is left off. */
  readonly wire: WireValue | undefined;
}
interface Field {
  readonly type: ColumnType;
  readonly as?: AttributeType;
  readonly values: fc.Arbitrary<Value>;
}

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '"', '\\', 'a\nb', '\u0001', '\u007f', 'é', '\u{1f600}', "O'Neil"),
);
const S = (value: string): Value => ({ raw: value, wire: { S: value } });
const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const INT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };

/** `123`, −2 → `1.23`, without needless zeros. */
function decimalText(digits: bigint, scale: number, keepZeros: boolean): string {
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const [whole, rest] = [all.slice(0, all.length - scale), all.slice(all.length - scale)];
  const fraction = keepZeros ? rest : rest.replace(/0+$/, '');
  const plain = fraction === '' ? whole : `${whole}.${fraction}`;
  return !keepZeros && plain === '0' ? '0' : sign + plain;
}

const bigint = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -99n, max: 9999n }),
);
const amount = fc.oneof(
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  fc.bigInt({ min: -500n, max: 500n }),
);
const moment = fc.tuple(
  fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
  fc.constantFrom('', '5', '000001', '120', '999999'),
);
const isoSeconds = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      text,
      fc.integer(),
      fc.integer().map((n) => n / 8),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b"', 'é', ' ', '\\'), tie('json')),
  ),
}));

const FIELDS: { readonly [name: string]: Field } = {
  id: { type: INT, values: bigint.map((v) => ({ raw: String(v), wire: { N: String(v) } })) },
  price: {
    type: { kind: 'decimal', precision: 38, scale: 4 },
    values: amount.map((v) => ({ raw: decimalText(v, 4, true), wire: { N: decimalText(v, 4, false) } })),
  },
  cents: {
    type: { kind: 'decimal', precision: 38, scale: 2 },
    as: 'cents',
    values: amount.map((v) => ({ raw: decimalText(v, 2, true), wire: { N: String(v) } })),
  },
  asText: {
    type: { kind: 'decimal', precision: 38, scale: 2 },
    as: 'string',
    values: amount.map((v) => S(decimalText(v, 2, true))),
  },
  ratio: {
    type: { kind: 'float', bits: 64 },
    values: fc
      .integer({ min: -9999, max: 9999 })
      .map((v) => ({ raw: `${v}e-7`, wire: { N: decimalText(BigInt(v), 7, false) } })),
  },
  flag: {
    type: { kind: 'boolean' },
    values: fc
      .tuple(fc.boolean(), fc.boolean())
      .map(([v, digit]) => ({ raw: digit ? (v ? '1' : '0') : v ? 't' : 'f', wire: { BOOL: v } })),
  },
  name: { type: TEXT, values: text.map(S) },
  code: {
    type: { kind: 'text', maxLength: 8, padded: true },
    values: text.map((v) => v.replace(/ +$/, '')).map((v) => ({ raw: `${v}  `, wire: { S: v } })),
  },
  blob: {
    type: { kind: 'bytes', maxLength: null },
    values: fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.boolean()).map(([v, buffer]) => ({
      raw: buffer ? Buffer.from(v) : `\\x${Buffer.from(v).toString('hex')}`,
      wire: { B: Buffer.from(v).toString('base64') },
    })),
  },
  at: {
    type: { kind: 'timestamp', zone: true },
    values: moment.map(([s, f]) => ({
      raw: `${isoSeconds(s).replace('T', ' ')}${f && `.${f}`}+00`,
      wire: { S: `${isoSeconds(s)}${f && `.${f}`}Z` },
    })),
  },
  local: {
    type: { kind: 'timestamp', zone: false },
    values: moment.map(([s, f]) => ({
      raw: `${isoSeconds(s).replace('T', ' ')}${f && `.${f}`}`,
      wire: { S: `${isoSeconds(s)}${f && `.${f}`}` },
    })),
  },
  epoch: {
    type: { kind: 'timestamp', zone: true },
    as: 'epochSeconds',
    values: moment.map(([s, f]) => ({
      raw: `${isoSeconds(s).replace('T', ' ')}${f && `.${f}`}+00`,
      wire: { N: decimalText(BigInt(s) * 1_000_000n + BigInt(f.padEnd(6, '0')), 6, false) },
    })),
  },
  millis: {
    type: { kind: 'timestamp', zone: true },
    as: 'epochMillis',
    values: moment.map(([s, f]) => ({
      raw: `${isoSeconds(s).replace('T', ' ')}${f && `.${f}`}+00`,
      wire: { N: decimalText(BigInt(s) * 1_000_000n + BigInt(f.padEnd(6, '0')), 3, false) },
    })),
  },
  doc: {
    type: { kind: 'json' },
    values: fc.tuple(json, fc.constantFrom(0, 2)).map(([v, space]) => ({
      raw: JSON.stringify(v, null, space),
      wire: convertToAttr(v as string, { convertEmptyValues: false }) as unknown as WireValue,
    })),
  },
  tags: {
    type: { kind: 'array', element: TEXT, delimiter: ',' },
    values: fc.array(fc.option(text), { maxLength: 4 }).map((v) => ({
      raw: arrayText(v),
      wire: { L: v.map((element) => (element === null ? { NULL: true } : { S: element })) },
    })),
  },
  labels: {
    type: { kind: 'array', element: TEXT, delimiter: ',' },
    as: 'set',
    values: fc
      .array(text, { maxLength: 4 })
      .map((v) => ({ raw: arrayText(v), wire: v.length === 0 ? undefined : { SS: [...new Set(v)] } })),
  },
};

function arrayText(elements: readonly (string | null)[]): string {
  const quoted = elements.map((element) =>
    element === null ? 'NULL' : `"${element.replaceAll(/["\\]/g, '\\$&')}"`,
  );
  return `{${quoted.join(',')}}`;
}

const NAMES = Object.keys(FIELDS);
const COLUMNS = NAMES.map((name, cell) => columnAt(cell, FIELDS[name]!.type, name));
const attributesOf = (nulls: 'omit' | 'null'): ResolvedAttribute[] =>
  NAMES.map((name, at) => ({
    name,
    value: { kind: 'column', column: COLUMNS[at]!, as: FIELDS[name]!.as ?? null },
    nulls,
  }));

const template = (source: string, role: 'partition' | 'sort' | 'attribute') => {
  const { template: resolved, problems } = resolveTemplate(
    source,
    (_, name) => COLUMNS[NAMES.indexOf(name)]!,
    role,
  );
  if (resolved === null) throw new Error(JSON.stringify(problems));
  return resolved;
};

const INDEX = {
  name: 'gsi1',
  partitionKey: 'gsi1pk',
  sortKey: 'gsi1sk',
  projection: { kind: 'include', attributes: ['price', 'name'] },
} as const;
const resolved = (subset: readonly number[], nulls: 'omit' | 'null'): ResolvedMapping => {
  const held = { kind: 'map', attributes: attributesOf(nulls), columns: COLUMNS.length } as const;
  const attributes: ResolvedAttribute[] = [
    ...attributesOf(nulls),
    { name: 'title', value: { kind: 'template', template: template('{name} ({id})', 'attribute') }, nulls },
    { name: 'lines', value: { kind: 'embed', embed: 0, shape: { kind: 'list', value: held } }, nulls },
    { name: 'lineCount', value: { kind: 'count', embed: 0 }, nulls },
  ];
  const identity = [COLUMNS[0]!.column];
  return {
    table: {
      name: 't',
      partitionKey: 'pk',
      sortKey: 'sk',
      indexes: [INDEX],
      timeToLive: null,
      entityAttribute: '_type',
      lineageAttribute: '_src',
    },
    entities: [
      {
        name: 'Thing',
        tableLabel: 'my#things',
        query: {
          entity: 'Thing',
          table: { schema: 'public', name: 'things' },
          joins: [],
          columns: [],
          where: null,
          identity,
          aggregates: [],
          embeds: [],
        },
        attributes,
        danglingChecks: [],
        copies: [
          {
            name: 'main',
            pk: template('T#{id}', 'partition'),
            sk: template('{at}', 'sort'),
            indexes: [{ index: INDEX, pk: template('N#{name}', 'partition'), sk: template('{id}', 'sort') }],
            when: null,
            whenNull: 'reject',
            oversize: 'reject',
            collisions: 'reject',
            attributes: attributes.map((_, at) => at),
          },
          {
            name: 'some',
            pk: template('ALL', 'partition'),
            sk: template('{id}', 'sort'),
            indexes: [],
            when: { kind: 'in', column: COLUMNS[NAMES.indexOf('flag')]!, values: [true] },
            whenNull: 'skip',
            oversize: 'reject',
            collisions: 'reject',
            attributes: subset,
          },
        ],
      },
    ],
  };
};

const record = fc.tuple(
  ...NAMES.map((name) =>
    fc.option(FIELDS[name]!.values, { nil: { raw: null, wire: { NULL: true } }, freq: 6 }),
  ),
);
const cases = fc.record({
  values: record,
  children: fc.array(record, { maxLength: 3 }),
  subset: fc.subarray(NAMES.map((_, at) => at)),
  nulls: fc.constantFrom('omit' as const, 'null' as const),
});

test('items equal those of a slow implementation, in order, and their sizes are exact', () => {
  let items = 0;
  fc.assert(
    fc.property(cases, ({ values, children, subset, nulls }) => {
      const into = nothingMapped();
      const childTrees = children.map((child) => ({
        row: child.map(({ raw }) => raw),
        children: [],
        overflow: false,
      }));
      compileMapping(resolved(subset, nulls)).entities[0]!.map(
        { row: values.map(({ raw }) => raw), children: [childTrees], overflow: false },
        into,
      );
      expect(into.items.length + into.rejects.length + into.skipped).toBe(2);
      for (const item of into.items) {
        items += 1;
        const wire = JSON.parse(item.json) as WireItem;
        const expected =
          item.copy === 'main' ? mainItem(values, children, nulls) : someItem(values, subset, nulls);
        expect(canonicalItem(wire)).toBe(canonicalItem(expected));
        expect(Object.keys(wire)).toEqual(Object.keys(expected));
        expect(item.bytes).toBe(itemBytes(wire));
        expect(JSON.parse(item.key)).toEqual({ pk: expected['pk'], sk: expected['sk'] });
        expect(item.partition).toBe((expected['pk'] as { S: string }).S);
        const { pk, sk, gsi1pk, gsi1sk, price, name } = expected;
        const projected = Object.fromEntries(
          Object.entries({ pk, sk, gsi1pk, gsi1sk, price, name }).filter(([, v]) => v !== undefined),
        );
        expect(item.indexed).toEqual(
          gsi1pk === undefined
            ? []
            : [
                {
                  index: 'gsi1',
                  partition: (gsi1pk as { S: string }).S,
                  bytes: itemBytes(projected as WireItem),
                },
              ],
        );
      }
      const [id, at, flag] = ['id', 'at', 'flag'].map((name) => values[NAMES.indexOf(name)]!);
      const held = (flag!.raw === 't' || flag!.raw === '1') && id!.raw !== null ? ['some'] : [];
      expect(into.items.map(({ copy }) => copy)).toEqual(
        id!.raw !== null && at!.raw !== null ? ['main', ...held] : held,
      );
      expect(into.rejects.every(({ code }) => code === 'KEY_NULL')).toBe(true);
    }),
    { numRuns: RUNS },
  );
  expect(items).toBeGreaterThan(RUNS / 2);
});

function attributesIn(values: readonly Value[], nulls: 'omit' | 'null', names = NAMES): WireItem {
  const wire: { [name: string]: WireValue } = {};
  for (const name of names) {
    const { raw, wire: value } = values[NAMES.indexOf(name)]!;
    if (value !== undefined && (raw !== null || nulls === 'null')) wire[name] = value;
  }
  return wire;
}

const cellOf = (values: readonly Value[], name: string) => values[NAMES.indexOf(name)]!;
const escaped = (value: string) =>
  value.replaceAll(/[\0-%]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);

function sortable(raw: string): string {
  const value = BigInt(raw);
  return value < 0n
    ? `-${String(10n ** 19n - 1n + value).padStart(19, '0')}`
    : String(value).padStart(19, '0');
}

function labels(id: string): WireItem {
  return { _type: { S: 'Thing' }, _src: { S: `my%23things#${id}` } };
}

function mainItem(
  values: readonly Value[],
  children: readonly (readonly Value[])[],
  nulls: 'omit' | 'null',
): WireItem {
  const [id, at, name] = ['id', 'at', 'name'].map((field) => cellOf(values, field).raw as string | null);
  const [seconds = '', fraction = ''] = at!.replace(' ', 'T').replace('+00', '').split('.');
  const named = name !== null && name !== undefined;
  return {
    pk: { S: `T#${id}` },
    sk: { S: `${seconds}.${fraction.padEnd(6, '0')}Z` },
    ...(named ? { gsi1pk: { S: `N#${escaped(name)}` }, gsi1sk: { S: sortable(id!) } } : {}),
    ...labels(id!),
    ...attributesIn(values, nulls),
    ...(named ? { title: { S: `${name} (${id})` } } : nulls === 'null' ? { title: { NULL: true } } : {}),
    lines: { L: children.map((child) => ({ M: attributesIn(child, nulls) })) },
    lineCount: { N: String(children.length) },
  };
}

function someItem(values: readonly Value[], subset: readonly number[], nulls: 'omit' | 'null'): WireItem {
  const id = cellOf(values, 'id').raw as string;
  return {
    pk: { S: 'ALL' },
    sk: { S: sortable(id) },
    ...labels(id),
    ...attributesIn(
      values,
      nulls,
      subset.map((at) => NAMES[at]!),
    ),
  };
}
