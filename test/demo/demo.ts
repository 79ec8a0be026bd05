import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { table } from '../../src/cli/table.js';
import type { Engine } from '../support/engines/engine.js';
import { startDynalite, startPostgres } from '../support/engines/resolve-engines.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';

/**
 * The main job end to end on engines that npm brings: a shop in Postgres becomes one DynamoDB table.
 * Everything it starts or writes is gone when it ends, however it ends.
 */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const started = performance.now();
const bold = (text: string) =>
  process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001b[1m${text}\u001b[0m` : text;
const title = (text: string) => console.log(`\n${bold(`── ${text}`)}`);

title('Two private engines: Postgres from npm, DynamoDB by dynalite');
const engines: Engine[] = [];
const work = await mkdtemp(join(tmpdir(), 'tablefold-demo-'));
let database: TestDatabase | null = null;
process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)));
try {
  await demo();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function demo(): Promise<void> {
  for (const engine of await Promise.all([startPostgres(), startDynalite()])) {
    engines.push(engine);
    console.log(`${engine.name} ${engine.version}, ${engine.from}`);
  }
  const [postgres, dynamo] = engines as [Engine, Engine];
  database = await createDatabase(postgres.url, new URL('shop.sql', import.meta.url));
  title('A shop in Postgres');
  console.log(table(['table', 'rows'], await tableCounts(database)));

  const env = {
    SOURCE_URL: database.url,
    AWS_ENDPOINT_URL: dynamo.url,
    AWS_REGION: 'local',
    TABLEFOLD_MAPPING: 'mappings/shop.yaml',
  };
  title('What would be written? The dry run never opens the table');
  await tablefold(['plan', '--samples', '0'], env);
  title('The table that the mapping needs');
  await tablefold(['table', 'create'], env);
  title('Every row becomes its items');
  await tablefold(['migrate', '--state', join(work, 'state')], env);

  const client = new DynamoDBClient({
    endpoint: dynamo.url,
    region: 'local',
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
  });
  for (const pattern of await patternsOf(database)) await query(client, pattern);
  client.destroy();
  title('The verdict: the table against the SQL that it replaces, and every item against its row');
  await tablefold(['verify', '--parameter-sets', '10'], env);

  title(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. Where to go next`);
  console.log(`mappings/shop.yaml      the mapping that did this, with comments (mappings/shop.ts says the same)
docs/mapping.md         the mapping language
docs/operations.md      what happens if…
Your own database:      SOURCE_URL=postgres://… npx tablefold check --mapping your.yaml`);
}

/** One question of the application, as one Query. */
interface Pattern {
  readonly question: string;
  readonly index?: string;
  readonly pk: string;
  readonly begins?: string;
  readonly show: readonly string[];
}

/** The names are those of `accessPatterns` in the mapping; the e-mail is asked of Postgres first. */
async function patternsOf(shop: TestDatabase): Promise<readonly Pattern[]> {
  const [customer] = await shop.query<{ id: string; email: string }>(
    'SELECT id, email FROM customers WHERE id = 42',
  );
  if (customer === undefined) throw new Error('the shop has no customer 42');
  return [
    {
      question: 'customerByEmail: who is this? (by index gsi1, addresses embedded)',
      index: 'gsi1',
      pk: `EMAIL#${customer.email.toLowerCase()}`,
      show: ['pk', 'name', 'email', 'addresses'],
    },
    {
      question: 'ordersOfCustomer: a page of orders with their lines, in the order they were placed',
      pk: `CUSTOMER#${customer.id}`,
      begins: 'ORDER#',
      show: ['placedAt', 'status', 'total', 'customerName', 'lines'],
    },
    {
      question: 'openOrdersOfRep: the largest open orders of a sales rep (a sparse copy, sorted by its key)',
      pk: 'REP#3',
      begins: 'OPEN#',
      show: ['sk', 'total', 'status', 'customerName'],
    },
  ];
}

async function tableCounts(shop: TestDatabase): Promise<readonly (readonly [string, number])[]> {
  const counts: [string, number][] = [];
  for (const name of [
    'customers',
    'addresses',
    'products',
    'orders',
    'order_lines',
    'tags',
    'product_tags',
  ]) {
    const [line] = await shop.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${name}`);
    counts.push([name, Number(line?.rows)]);
  }
  return counts;
}

/** Shows the command as a user would type it, then runs the built binary. */
function tablefold(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  console.log(bold(`$ npx tablefold ${args.join(' ').replaceAll(`${work}/`, '')}`));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, AWS_ACCESS_KEY_ID: 'demo', AWS_SECRET_ACCESS_KEY: 'demo' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (exit) =>
      exit === 0 ? resolve() : reject(new Error(`tablefold ${args[0]} ended with ${exit}`)),
    );
  });
}

async function query(client: DynamoDBClient, pattern: Pattern): Promise<void> {
  title(pattern.question);
  const condition = pattern.begins === undefined ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :sk)';
  const keys =
    pattern.index === undefined
      ? { '#pk': 'pk', '#sk': 'sk' }
      : { '#pk': `${pattern.index}pk`, '#sk': `${pattern.index}sk` };
  const names = pattern.begins === undefined ? { '#pk': keys['#pk'] } : keys;
  const values = pattern.begins === undefined ? {} : { ':sk': { S: pattern.begins } };
  const { Items = [], ConsumedCapacity } = await client.send(
    new QueryCommand({
      TableName: 'shop',
      ...(pattern.index === undefined ? {} : { IndexName: pattern.index }),
      KeyConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':pk': { S: pattern.pk }, ...values },
      Limit: 5,
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
  if (Items.length === 0) throw new Error(`the pattern "${pattern.question}" found nothing`);
  console.log(
    `one Query: ${keys['#pk']} = ${pattern.pk}${pattern.begins === undefined ? '' : `, ${keys['#sk']} begins with ${pattern.begins}`}`,
  );
  console.log(
    table(
      [...pattern.show],
      Items.map((item) => pattern.show.map((name) => readable(item[name]))),
    ),
  );
  console.log(`${Items.length} items, ${ConsumedCapacity?.CapacityUnits ?? '?'} read units`);
}

function readable(value: object | undefined): string {
  const [kind, inner] = Object.entries(value ?? {})[0] ?? [];
  if (kind === undefined) return '-';
  if (kind === 'L') return `${(inner as unknown[]).length} × ${readableMap((inner as object[])[0])}`;
  return kind === 'M' ? readableMap(value) : String(inner);
}

function readableMap(value: object | undefined): string {
  const map = (value as { M?: Record<string, object> } | undefined)?.M ?? {};
  return `{ ${Object.entries(map)
    .map(([name, inner]) => `${name}: ${readable(inner)}`)
    .join(', ')} }`;
}

async function cleanUp(): Promise<void> {
  await database?.drop();
  database = null;
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await rm(work, { recursive: true, force: true });
}
