import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derive } from '../../../src/mapping/derive.js';
import { MappingInvalid } from '../../../src/mapping/errors.js';
import { formatProblems } from '../../../src/mapping/format-problems.js';
import { type LoadedMapping, loadMapping, mappingFromObject } from '../../../src/mapping/load-mapping.js';
import type { Mapping } from '../../../src/mapping/mapping.js';

const YAML = `# a shop
version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order:
    from: orders
    attributes:
      '*': true
      customerName: '{customer.name}'
    join:
      customer: { via: customer_id }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
`;

const MODULE = `import { defineMapping } from 'tablefold';
import { orders, type Unused } from './tables.js';

const nothing: Unused = undefined;
export default defineMapping({
  entities: {
    Order: {
      items: { main: { key: { sk: 'ORDER', pk: \`ORDER#{id}\` } } },
      join: { customer: { via: 'customer_id' } },
      attributes: { customerName: '{customer.name}', '*': true },
      from: orders, // a comment, with 'quotes'
      where: nothing,
    },
  },
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  version: 1,
});
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablefold-load-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

async function load(name: string, text: string): Promise<LoadedMapping> {
  return loadMapping(await write(name, text));
}

/** Everything that is said about a file, without the folder it is in. */
async function complaint(name: string, text: string): Promise<string> {
  const thrown: unknown = await load(name, text).catch((error: unknown) => error);
  if (!(thrown instanceof Error)) throw new Error(`${name} loads`);
  const problems = thrown instanceof MappingInvalid ? formatProblems(thrown.problems) : '';
  const code = 'code' in thrown ? thrown.code : 'no code';
  const hint = 'hint' in thrown ? thrown.hint : 'no hint';
  return `${code}: ${thrown.message}\n${hint}\n${problems}`.replaceAll(`${folder}/`, '');
}

describe('YAML', () => {
  it('points at keys, values, elements and characters in a text', async () => {
    const { place } = await load('places.yaml', YAML);
    const at = (...spot: Parameters<typeof place>) => {
      const found = place(...spot);
      return `${found?.line}:${found?.column} ${found?.excerpt.slice(found.column - 1, found.column + 10)}`;
    };
    expect(at(['entities', 'Order', 'from'])).toBe('6:11 orders');
    expect(at(['entities', 'Order', 'from'], 'key')).toBe('6:5 from: order');
    expect(at(['entities', 'Order', 'attributes'])).toBe('7:5 attributes:');
    expect(at(['entities', 'Order', 'attributes', 'customerName'], 1)).toBe('9:23 customer.na');
    expect(at(['entities', 'Order', 'items', 'main', 'key', 'sk'], 2)).toBe('13:46 DER } }');
    expect(at(['entities', 'Order', 'where'])).toBe('5:3 Order:');
    expect(at([])).toBe('2:1 version: 1');
  });

  it('takes anchors and merge keys, and points at what they stand for', async () => {
    const { mapping, place } = await load(
      'merge.yaml',
      YAML.replace('key: { pk:', 'key: &key { pk:').concat(
        `      second: { key: { <<: *key, sk: OTHER } }\n`,
      ),
    );
    expect(mapping.entities['Order']?.items['second']?.key).toEqual({ pk: 'ORDER#{id}', sk: 'OTHER' });
    expect(place(['entities', 'Order', 'items', 'second', 'key', 'pk'])?.line).toBe(13);
    expect(place(['entities', 'Order', 'items', 'second', 'key', 'sk'])?.line).toBe(14);
  });

  it.each([
    ['a tab', 'version: 1\n\ttable: 2'],
    ['no space behind a colon', 'version: 1\ntable:\n  name:shop\n  sortKey: sk\n'],
    ['a flow map that is open', 'version: 1\ntable: { name: shop\nentities: {}\n'],
    ['a comment that eats a brace', 'version: 1\ntable: { name: shop #x }\n\nentities: {}\n'],
    ['a quote that is open', "version: 1\ntable: { name: 'shop }\n"],
    ['an unquoted template', 'version: 1\ntable: { name: shop, partitionKey: {pk}#x }'],
    ['an alias without its anchor', 'version: *one'],
    ['an alias of what it stands in', 'version: 1\ntable: &table { indexes: *table }'],
    ['two documents', 'version: 1\n---\nversion: 1'],
    ['an unknown tag', 'version: !two 1'],
  ])('says where it is not YAML: %s', async (_, text) => {
    expect(await complaint('syntax.yaml', text)).toMatchSnapshot();
  });

  it('refuses a template that is a comment', async () => {
    const text = YAML.replace(/pk: .*ORDER#\{id\}[^,}\n]*/, 'pk: #{id}\n         ');
    expect(await complaint('comment.yaml', text)).toMatchSnapshot();
  });

  it('refuses a template of which a part is a comment', async () => {
    const text = YAML.replace(/pk: .*ORDER#\{id\}[^,}\n]*/, 'pk: ORDER #{id}\n         ');
    expect(text).toContain('ORDER #{id}');
    expect(await complaint('comment.yaml', text)).toMatchSnapshot();
  });

  it('reports keys that are there twice, numbers that would be rounded, and everything else, at once', async () => {
    const text = YAML.replace('version: 1', 'version: 1\nversion: 1')
      .replace('from: orders', 'from: 12345678901234567890')
      .replace('sk: ORDER', 'sk: { id }');
    expect(await complaint('many.yaml', text)).toMatchSnapshot();
  });
});

describe('a module', () => {
  let loaded: LoadedMapping;

  beforeAll(async () => {
    await write('tables.ts', `export type Unused = undefined;\nexport const orders: string = 'orders';\n`);
    loaded = await load('shop.ts', MODULE);
  });

  it('outside of the package imports tablefold and its own modules, and means what YAML means', async () => {
    const yaml = await load('shop.yaml', YAML);
    expect(loaded.mapping).toEqual(yaml.mapping);
    expect(loaded.digest).toBe(yaml.digest);
  });

  it('is pointed at where its literal says what the document says', () => {
    const at = (...path: string[]) => loaded.place(path)?.line;
    expect(at('entities', 'Order', 'items', 'main', 'key', 'pk')).toBe(8);
    expect(at('entities', 'Order', 'attributes')).toBe(10);
    expect(at('entities', 'Order', 'from')).toBe(11);
    expect(at('version')).toBe(16);
    expect(loaded.place(['entities', 'Order', 'attributes', 'customerName'], 1)?.column).toBe(37);
  });

  it('may name its mapping instead of exporting it by default, in any kind of JavaScript', async () => {
    const literal = MODULE.slice(MODULE.indexOf('({') + 1, MODULE.lastIndexOf(');')).replace(
      'orders,',
      "'orders',",
    );
    const body = literal.replace('nothing', 'undefined');
    for (const [name, text] of [
      ['named.ts', `export const mapping = ${body} as const;`],
      ['plain.mjs', `export const mapping = ${body};`],
      ['common.cjs', `module.exports = ${body};`],
    ] as const) {
      const { digest, place } = await load(name, text);
      expect(digest, name).toBe(loaded.digest);
      expect(place(['version'])?.line, name).toBe(12);
    }
  });

  it.each([
    [
      'throws.ts',
      `export const a = 1;\nfunction fail(): never {\n  throw new Error('boom');\n}\nexport default fail();`,
    ],
    ['syntax.ts', `export default {\n  version: 1,\n  table: {{},\n};`],
    ['missing.ts', `import { x } from './nowhere.js';\nexport default x;`],
    ['nothing.ts', `export const shop = { version: 1 };`],
    ['function.ts', `export default () => ({ version: 1 });`],
  ])('is reported with the line of the user: %s', async (name, text) => {
    expect(await complaint(name, text)).toMatchSnapshot();
  });

  it('has mistakes with places, as far as these are certain', async () => {
    const text = MODULE.replace("sk: 'ORDER'", "sk: 5, skk: 'ORDER'").replace(
      "sortKey: 'sk'",
      "...{ sortKy: 'sk' }",
    );
    expect(await complaint('mistakes.ts', text)).toMatchSnapshot();
  });
});

describe('the digest', () => {
  it('ignores comments, formatting and the order of keys, but not the order of copies', async () => {
    const second = `      second: { key: { pk: 'O#{id}', sk: ORDER } }\n`;
    const main = YAML.split('\n').at(-2) ?? '';
    const one = await load('one.yaml', `${YAML}${second}`);
    const two = await load(
      'two.yaml',
      `${YAML}${second}`.replace(`${main}\n${second}`, `${second}${main}\n`),
    );
    const three = await load(
      'three.yaml',
      `${YAML}${second}# the end`.replace('pk, sortKey: sk }', 'pk,\n  sortKey: "sk" }'),
    );
    expect(one.mapping).toEqual(two.mapping);
    expect(one.digest).not.toBe(two.digest);
    expect(one.digest).toBe(three.digest);
  });
});

describe('the digest of a mapping with functions', () => {
  const document = (imports: string) => `${imports}
export default {
  version: 1, table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: { Order: { from: 'orders',
    attributes: { gross: { columns: ['net'], derive: ({ net }) => gross(net) } },
    items: { main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } } } } },
};
`;

  it.each([
    ['a module that it imports', 'gross.ts', "import { gross } from './gross.ts';"],
    ['JavaScript that Node loads by itself', 'gross.mjs', "import { gross } from './gross.mjs';"],
    ['CommonJS', 'gross.cjs', "import { gross } from './gross.cjs';"],
    ['a module that is reached through another', 'far/rate.ts', "import { gross } from './near.ts';"],
  ])('changes with %s, and with nothing else', async (_, helper, imports) => {
    const code = (value: number) =>
      helper.endsWith('.cjs')
        ? `exports.gross = (net) => net + ${value};`
        : `export const gross = (net) => net + ${value};`;
    await write('near.ts', `export { gross } from './far/rate';`);
    await write('stranger.ts', 'export const stranger = 1;');
    await write(helper, code(1));
    const first = await load('derived.ts', document(imports));
    expect(typeof first.mapping.entities['Order']?.attributes).toBe('object');
    await write('stranger.ts', 'export const stranger = 2;');
    expect((await load('derived.ts', document(imports))).digest).toBe(first.digest);
    await write(helper, code(2));
    expect((await load('derived.ts', document(imports))).digest).not.toBe(first.digest);
  });

  it('is the same wherever the folder lies', async () => {
    await write('moved/gross.ts', 'export const gross = (net) => net;');
    await write('gross.ts', 'export const gross = (net) => net;');
    const text = document("import { gross } from './gross.ts';");
    expect((await load('moved/derived.ts', text)).digest).toBe((await load('derived.ts', text)).digest);
  });

  it('refuses derive in YAML, with what to do instead', async () => {
    const text = YAML.replace("'{customer.name}'", "{ columns: [id], derive: 'id + 1' }");
    expect(await complaint('derive.yaml', text)).toMatchSnapshot();
    const empty = YAML.replace("'{customer.name}'", '{ columns: [id] }');
    expect(await complaint('derive.yaml', empty)).toMatchSnapshot();
  });
});

describe('a mapping that is an object', () => {
  it('means what its file means, and has no places', async () => {
    const { mapping, digest } = await load('object.yaml', YAML);
    const made = mappingFromObject(mapping);
    expect(made.digest).toBe(digest);
    expect(made.place(['version'])).toBeNull();
    expect(made.mapping).toEqual(mapping);
  });

  it('is checked as a file is', () => {
    const broken = JSON.parse('{ "version": 1, "tabel": {} }') as Mapping;
    const error = (() => {
      try {
        return mappingFromObject(broken, 'made by a test');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(MappingInvalid);
    expect(formatProblems((error as MappingInvalid).problems)).toMatchSnapshot();
  });

  it('has another digest when a function reads otherwise', async () => {
    const { mapping } = await load('object.yaml', YAML);
    const [order] = Object.values(mapping.entities);
    if (order === undefined) throw new Error('the mapping has an entity');
    const withFunction = (compute: () => string) =>
      mappingFromObject({
        ...mapping,
        entities: { Order: { ...order, attributes: { a: derive(['id'], compute) } } },
      }).digest;
    expect(withFunction(() => 'a')).not.toBe(withFunction(() => 'b'));
    expect(withFunction(() => 'a')).toBe(withFunction(() => 'a'));
  });
});

describe('a file', () => {
  it('that is not there, is a folder or of no known kind is unreadable', async () => {
    await mkdir(join(folder, 'dir.yaml'));
    for (const name of ['none.yaml', 'dir.yaml', 'shop.toml', 'shop']) {
      await expect(loadMapping(join(folder, name)), name).rejects.toMatchObject({
        code: 'MAPPING_UNREADABLE',
        hint: expect.stringMatching(/\w/),
      });
    }
  });
});
