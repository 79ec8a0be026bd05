import { readFile } from 'node:fs/promises';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { validateDocument } from '../../../src/mapping/document/validate-document.js';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { mappingJsonSchema, type mappingSchema } from '../../../src/mapping/mapping-schema.js';

type DeepReadonly<Value> = Value extends (...args: never) => unknown
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** Paths of properties without a description; `allOf` and `$ref` lead to a definition, which has one. */
function keysWithoutHelp(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const inner = keysWithoutHelp(value, `${path}/${key}`);
    if (key !== 'properties') return inner;
    const bare = Object.entries(value as object).filter(
      ([, property]) => !('description' in property || 'allOf' in property || '$ref' in property),
    );
    return [...inner, ...bare.map(([name]) => `${path}/${name}`)];
  });
}

describe('the schema', () => {
  it('is the type Mapping, both ways', () => {
    expectTypeOf<DeepReadonly<z.infer<typeof mappingSchema>>>().toExtend<Mapping>();
    expectTypeOf<Mapping>().toExtend<DeepReadonly<z.infer<typeof mappingSchema>>>();
  });

  it('refuses a key that would vanish in a JavaScript object', () => {
    const table = { name: 'shop', partitionKey: 'pk', sortKey: 'sk' };
    const document = JSON.parse(`{"version":1,"table":${JSON.stringify(table)},"entities":{"__proto__":{}}}`);
    expect(validateDocument(document).mapping).toBeNull();
  });
});

describe('mapping.schema.json', () => {
  it('is what the code says; npm run build writes it', async () => {
    const file = await readFile(new URL('../../../mapping.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(mappingJsonSchema());
  });

  it('has help for every key', () => {
    expect(keysWithoutHelp(mappingJsonSchema(), '')).toEqual([]);
  });

  it('knows no other keys than the validation', () => {
    const { mapping, problems } = validateDocument({ version: 1, $schema: 'x' });
    expect(mapping).toBeNull();
    expect(problems.map(({ code, path }) => `${code} ${path.join('.')}`)).toContain('UNKNOWN_KEY $schema');
    expect(mappingJsonSchema()).toMatchObject({
      additionalProperties: false,
      required: ['version', 'table', 'entities'],
    });
  });
});
