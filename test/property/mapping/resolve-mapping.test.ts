import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkMapping, resolveOrThrow } from '../../../src/mapping/check-mapping.js';
import { compileMapping } from '../../../src/mapping/compile-mapping.js';
import { documentDigest } from '../../../src/mapping/document/document-digest.js';
import { readYaml } from '../../../src/mapping/document/read-yaml.js';
import type { EntityMapping, Mapping } from '../../../src/mapping/mapping.js';
import type { TableSchema } from '../../../src/source/source-schema.js';
import { loadText, SHOP } from '../../unit/mapping/shop.js';

/** Tables whose rows can be roots without further ado. */
const ROOTS = SHOP.tables.filter(({ primaryKey, schema }) => primaryKey !== null && schema === 'public');

function joinsOf(table: TableSchema): fc.Arbitrary<NonNullable<EntityMapping['join']>> {
  const joins = table.foreignKeys.map((key, index) => {
    const parent = SHOP.tables.find(({ name }) => name === key.references.name);
    const columns = parent?.columns.map(({ name }) => name) ?? [];
    const by = fc.constantFrom<object>(
      { via: key.columns },
      { via: key.columns, to: key.references.name },
      {
        to: key.references.name,
        on: Object.fromEntries(key.columns.map((column, at) => [column, key.references.columns[at]])),
      },
    );
    const attributes = fc.subarray(columns, { minLength: 1 });
    return fc
      .tuple(by, attributes)
      .map(([how, list]) => [`parent${index}`, { ...how, attributes: list }] as const);
  });
  return fc.tuple(...joins).chain((all) => fc.subarray(all).map((some) => Object.fromEntries(some)));
}

function embedsOf(table: TableSchema): fc.Arbitrary<NonNullable<EntityMapping['embed']>> {
  const children = SHOP.tables.flatMap((child) =>
    child.foreignKeys
      .filter(({ references }) => references.name === table.name)
      .map((key, index) => ({ child, via: key.columns, name: `${child.name}${index}` })),
  );
  const embeds = children.map(({ child, via, name }) => {
    const columns = child.columns.map((column) => column.name);
    const order = fc
      .tuple(fc.constantFrom(...columns), fc.constantFrom('', ' desc', ' ASC'))
      .map((both) => both.join(''));
    const more = fc.record(
      {
        orderBy: fc.oneof(order, fc.array(order, { minLength: 1 })),
        attributes: fc.subarray(columns, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    return fc.tuple(more, joinsOf(child)).map(([rest, join]) => {
      const joins = Object.keys(join).length === 0 ? {} : { join };
      return [name, { from: child.name, via, ...rest, ...joins }] as const;
    });
  });
  return fc.tuple(...embeds).chain((all) => fc.subarray(all).map((some) => Object.fromEntries(some)));
}

function entityOf(table: TableSchema): fc.Arbitrary<EntityMapping> {
  const columns = table.columns.map(({ name }) => name);
  const identity = (table.primaryKey ?? []).map((column) => `{${column}}`).join('#');
  const literal = fc.constantFrom('A', 'MAIN', 'X#Y', 'with space', '{{brace}}');
  const copy = fc
    .tuple(literal, fc.boolean())
    .map(([text, swap]) =>
      swap ? { pk: `${table.name}#${identity}`, sk: text } : { pk: `${table.name}#${text}`, sk: identity },
    );
  return fc
    .record({
      join: joinsOf(table),
      embed: embedsOf(table),
      attributes: fc.option(fc.subarray(columns), { nil: undefined }),
      where: fc.constantFrom(undefined, 'true'),
      keys: fc.array(copy, { minLength: 1, maxLength: 1 }),
    })
    .map(({ join, embed, attributes, where, keys }) => ({
      from: table.name,
      ...(Object.keys(join).length === 0 ? {} : { join }),
      ...(Object.keys(embed).length === 0 ? {} : { embed }),
      ...(attributes === undefined ? {} : { attributes }),
      ...(where === undefined ? {} : { where }),
      items: Object.fromEntries(keys.map((key, index) => [`copy${index}`, { key }])),
    }));
}

const documents: fc.Arbitrary<Mapping> = fc
  .subarray(ROOTS, { minLength: 1 })
  .chain((roots) =>
    fc.tuple(...roots.map((root) => entityOf(root).map((entity) => [`E_${root.name}`, entity] as const))),
  )
  .map((entities) => ({
    version: 1,
    table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
    entities: Object.fromEntries(entities),
  }));

it('a valid document resolves without an error, and compiles', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const loaded = loadText(stringify(document));
      const errors = checkMapping(loaded, SHOP).filter(({ severity }) => severity === 'error');
      expect(errors).toEqual([]);
      const resolved = resolveOrThrow(loaded, SHOP);
      expect(compileMapping(resolved).entities).toHaveLength(Object.keys(document.entities).length);
      for (const { query, attributes, copies } of resolved.entities) {
        const read = query.columns.map(({ path, column }) => `${path}.${column.name}`);
        expect(new Set(read).size).toBe(read.length);
        expect(read.slice(0, query.identity.length)).toEqual(query.identity.map(({ name }) => `.${name}`));
        expect(copies.every((copy) => copy.attributes.length === attributes.length)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

const QUOTES = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'] as const;

it('a document means the same however it is written', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(...QUOTES), fc.boolean(), (document, quotes, flow) => {
      const options = { defaultStringType: quotes, collectionStyle: flow ? 'flow' : 'any' } as const;
      const text = stringify(document, { ...options, lineWidth: 0 });
      const read = readYaml(`# a comment\n${text}`, 'shop.yaml');
      expect(read.document).toEqual(document);
      expect(documentDigest(Object(read.document))).toBe(documentDigest(document));
    }),
    { numRuns: 50 },
  );
});

it('every part of a document has its place in the file', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const text = stringify(document, { lineWidth: 0 });
      const { locate } = readYaml(text, 'shop.yaml');
      const lines = text.split('\n');
      visit(document, []);

      function visit(value: unknown, path: readonly (string | number)[]): void {
        if (typeof value === 'object' && value !== null) {
          for (const [key, member] of Object.entries(value)) {
            visit(member, [...path, Array.isArray(value) ? Number(key) : key]);
            if (Array.isArray(value)) continue;
            const place = locate([...path, key], 'key');
            expect(lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(
              new RegExp(`^"?${key}"?:`),
            );
          }
        } else if (typeof value === 'string') {
          const place = locate(path, 0);
          expect(place?.excerpt.slice(place.column - 1).startsWith(value)).toBe(true);
        }
      }
    }),
    { numRuns: 50 },
  );
});
