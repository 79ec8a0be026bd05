import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/cli/render-plan.js';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { check } from '../../../src/operations/check.js';
import { plan } from '../../../src/operations/plan.js';
import { openSource } from '../../../src/source/open-source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const postgresUrl = requireEngine('postgres');
const mysqlUrl = requireEngine('mariadb');
const { signal } = new AbortController();

/** `aa`, `AA` and `Aa` are one value to the source, and refer to the one customer `AA`; `status` has two values. */
const SHOP = (text: string, exact: string) => `
  CREATE TABLE customers (code ${text} PRIMARY KEY, name varchar(20) NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_code ${text} NOT NULL, status ${text} NOT NULL, mark ${exact} NOT NULL,
    FOREIGN KEY (customer_code) REFERENCES customers (code));
  INSERT INTO customers VALUES ('AA', 'Ann'), ('b', 'Bob');
  INSERT INTO orders VALUES (1, 'aa', 'new', 'x'), (2, 'AA', 'NEW', 'X'), (3, 'Aa', 'New', 'x'), (4, 'b', 'paid', 'y')`;

const FOLDING = [
  [
    'MariaDB',
    'utf8mb4_general_ci',
    () =>
      createMySqlDatabase(
        mysqlUrl,
        SHOP('varchar(20) COLLATE utf8mb4_general_ci', 'varchar(20) CHARACTER SET ascii COLLATE ascii_bin'),
      ),
  ],
  [
    'Postgres citext',
    'citext',
    () =>
      createDatabase(
        postgresUrl,
        `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; SET search_path = public, ext;
       CREATE DOMAIN code AS citext; ${SHOP('code', 'text')}`,
      ),
  ],
  [
    'Postgres with a collation of ICU',
    'ignoring_case',
    () =>
      createDatabase(
        postgresUrl,
        `CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       ${SHOP('text COLLATE ignoring_case', 'text')}`,
      ),
  ],
] as const;

const MAPPING = (customer: string, of: string) => `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }
entities:
  Customer:
    from: customers
    items: { main: { key: { pk: '${customer}', sk: CUSTOMER } } }
  Order:
    from: orders
    join: { buyer: { via: customer_code, attributes: [name] } }
    items:
      main:
        key: { pk: '${of}', sk: 'ORDER#{mark}#{id}' }
        indexes: { gsi1: { pk: 'STATUS#{status}', sk: '${of}' } }
`;

describe.each(FOLDING)('%s: spellings that are one value to the source', (_engine, foldedBy, create) => {
  async function reports(customer: string, of: string) {
    await using database = await create();
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'shop.yaml');
    await writeFile(file, MAPPING(customer, of));
    const mapping = await loadMapping(file);
    const url = `${database.url}${foldedBy === 'citext' ? '?options=-csearch_path%3Dpublic%2Cext' : ''}`;
    await using source = await openSource(url);
    const { problems, errors } = await check({ mapping, source, signal });
    expect(errors).toBe(0);
    const planned = await plan({ mapping, source, signal });
    return {
      warnings: problems.filter(({ code }) => code === 'KEY_SPELLING'),
      spelled: planned.measures!.flatMap(({ entity, target, found, verdict }) =>
        found.spellings === undefined ? [] : [[`${entity} ${target}`, found.spellings, verdict]],
      ),
      shown: renderPlan(planned, file),
    };
  }

  it('are told: of foreign keys by check, of what the rows hold by plan', async () => {
    const { warnings, spelled, shown } = await reports('CUSTOMER#{code}', 'CUSTOMER#{customer_code}');
    expect(warnings).toMatchObject([
      {
        message: `orders.customer_code may spell a value otherwise than customers.code: they are equal by ${foldedBy}, but not as keys`,
        fix: expect.stringContaining('{<join>.code}'),
        path: ['entities', 'Order', 'items', 'main', 'key', 'pk'],
        place: { line: 12 },
      },
    ]);
    // Neither the unique code nor what is compared by its characters, or as good as that, is among them.
    expect(spelled.filter(([target]) => !String(target).endsWith('main.sk'))).toEqual([
      ['Order main.pk', 2, 'severalKeys'],
      ['Order main.gsi1.pk', 2, 'severalKeys'],
      ['Order main.gsi1.sk', 2, 'severalKeys'],
    ]);
    expect(shown).toContain('Values that the source takes for one and that are several keys');
    expect(shown).toMatch(/orders\.status\s+│?\s*2\s+│?\s*\{status \| lower\}/);
  });

  it("are one key by the parent's column, and by lower on both sides", async () => {
    for (const [customer, of] of [
      ['CUSTOMER#{code}', 'CUSTOMER#{buyer.code}'],
      ['CUSTOMER#{code | lower}', 'CUSTOMER#{customer_code | lower}'],
    ] as const) {
      const { warnings, spelled } = await reports(customer, of);
      expect(warnings).toEqual([]);
      expect(
        spelled.map(([target]) => target).filter((target) => !String(target).endsWith('main.sk')),
      ).toEqual(['Order main.gsi1.pk']);
    }
  });
});
