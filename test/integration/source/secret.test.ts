import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSource } from '../../../src/source/open-source.js';
import { never } from '../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../../support/mariadb-database.js';
import { createDatabase, type TestDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { type SecretsServer, startSecretsServer } from '../../support/secrets-server.js';

const servers = { postgres: requireEngine('postgres'), mysql: requireEngine('mariadb') };
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-reader-AbCdEf';
const FIRST = `first-${randomBytes(6).toString('hex')}`;
const ROTATED = `rotated/${randomBytes(6).toString('hex')}`;

let postgres: TestDatabase;
let mysql: MySqlTestDatabase;
let manager: SecretsServer;
let reader: string;

beforeAll(async () => {
  postgres = await createDatabase(servers.postgres);
  mysql = await createMySqlDatabase(servers.mysql);
  reader = `reader_${postgres.name.slice(-8)}`;
  await postgres.query(`CREATE ROLE ${reader} LOGIN PASSWORD '${FIRST}'`);
  await mysql.query(
    `CREATE USER ${reader} IDENTIFIED BY '${FIRST}'; GRANT SELECT ON ${mysql.name}.* TO ${reader}`,
  );
});
afterAll(async () => {
  await postgres?.query(`DROP ROLE ${reader}`);
  await postgres?.drop();
  await mysql?.query(`DROP USER ${reader}`);
  await mysql?.drop();
});
beforeEach(async () => {
  manager = await startSecretsServer();
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', manager.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'signing');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await manager[Symbol.asyncDispose]();
});

describe.each(['postgres', 'mysql'] as const)('%s', (dialect) => {
  const setPassword = (password: string) =>
    dialect === 'postgres'
      ? postgres.query(`ALTER ROLE ${reader} PASSWORD '${password}'`)
      : mysql.query(`ALTER USER ${reader} IDENTIFIED BY '${password}'`);
  const part = () => {
    const { hostname, port } = new URL(servers[dialect]);
    return {
      host: hostname,
      port: Number(port),
      dbname: dialect === 'postgres' ? postgres.name : mysql.name,
    };
  };

  test('a secret as RDS writes it gives the whole login; what the URL says wins', async () => {
    await setPassword(FIRST);
    manager.secrets.set(
      ARN,
      JSON.stringify({ ...part(), username: reader, password: FIRST, engine: dialect }),
    );
    await using source = await openSource(`${dialect}://`, { secret: ARN });
    expect(source.label).toBe(`${dialect}://${part().host}:${part().port}/${part().dbname}`);
    const error = await openSource(`${dialect}:///elsewhere?secret=${ARN}`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ message: expect.stringContaining('elsewhere') });
    expect(manager.asked[0]?.authorization).toMatch(/AKIAEXAMPLE\/\d+\/eu-central-1\/secretsmanager/);
  });

  test('a plain text is the password; a rotation is read once, by whichever connection it refuses', async () => {
    await setPassword(FIRST);
    manager.secrets.set('plain', FIRST);
    const { host, port, dbname } = part();
    await using source = await openSource(
      `${dialect}://${reader}@${host}:${port}/${dbname}?aws_region=eu-west-1`,
      {
        secret: 'plain',
      },
    );
    await setPassword(ROTATED);
    manager.secrets.set('plain', ROTATED);
    const tables = (await source.discover(never)).tables.map(({ schema, name }) => ({ schema, name }));
    await using _ = await source.openSnapshot({ concurrency: 3, tables, signal: never });
    expect(manager.asked.map(({ secret }) => secret)).toEqual(['plain', 'plain']);
  });

  test('a password that is refused and was not rotated is refused', async () => {
    await setPassword(FIRST);
    manager.secrets.set(ARN, JSON.stringify({ ...part(), username: reader, password: ROTATED }));
    await expect(openSource(`${dialect}://`, { secret: ARN })).rejects.toMatchObject({
      code: 'SOURCE_ACCESS_DENIED',
      message: expect.not.stringContaining(ROTATED),
    });
    expect(manager.asked).toHaveLength(2);
  });
});

test.each([
  ['is not there', undefined, /cannot be read.*ResourceNotFoundException/],
  ['has no password', '{"username":"u"}', /JSON without a password/],
  ['is empty', '', /holds no text/],
])('a secret that %s is SOURCE_CREDENTIALS, named by its ARN', async (_, text, message) => {
  if (text !== undefined) manager.secrets.set(ARN, text);
  await expect(openSource('postgres://h/d', { secret: ARN })).rejects.toMatchObject({
    code: 'SOURCE_CREDENTIALS',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});
