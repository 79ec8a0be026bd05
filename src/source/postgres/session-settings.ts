/**
 * Every statement runs in a READ ONLY transaction with settings that are local to it: text output does not
 * depend on how the role or the database is configured, and nothing leaks through a transaction pooler
 * (a `default_transaction_read_only` left behind by SET would stop the application that gets the connection next).
 * Startup `options` would do the same in one round trip, but pgbouncer refuses them.
 *
 * No setting here needs more than an ordinary role.
 */
const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['client_encoding', 'UTF8'],
  ['TimeZone', 'UTC'],
  ['DateStyle', 'ISO, YMD'],
  // `P1Y2M3DT4H5M6S`: documented in docs/types.md, and read by more programs than Postgres' own style.
  ['IntervalStyle', 'iso_8601'],
  // Shortest exact floats; before Postgres 12 three extra digits, which is exact too.
  ['extra_float_digits', '3'],
  ['bytea_output', 'hex'],
  ['lc_monetary', 'C'],
  ['standard_conforming_strings', 'on'],
  // Else the names of types in the schema would depend on the role.
  ['quote_all_identifiers', 'off'],
  // Refuse rows that a policy would hide, as pg_dump does: they would be lost silently.
  ['row_security', 'off'],
  // A snapshot's coordinator is idle in its transaction for as long as the run takes.
  ['idle_in_transaction_session_timeout', '0'],
  ['lock_timeout', '30s'],
  // Chunk queries are short and many: compiling them costs more than it gains.
  ['jit', 'off'],
  // A chunk is found by index. At the default of 4, made for spinning disks, the children of 10,000 rows were
  // sought by a sequential scan of 1.5 million (250 ms a chunk; by the foreign key's index 90).
  ['random_page_cost', '1.1'],
];

/** Settings that came with a later major version. */
const SINCE: readonly (readonly [version: number, name: string, value: string])[] = [
  [17, 'transaction_timeout', '0'],
];

export interface BeginOptions {
  readonly majorVersion: number;
  readonly statementTimeout: string;
  /** Id of an exported snapshot to read from. */
  readonly snapshot?: string;
}

/** The statements that begin a transaction; one simple query, so one round trip. */
export function beginStatement(options: BeginOptions): string {
  const settings = [
    ...SETTINGS,
    ['statement_timeout', options.statementTimeout] as const,
    ...SINCE.filter(([version]) => options.majorVersion >= version).map(
      ([, name, value]) => [name, value] as const,
    ),
  ];
  const lines = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'];
  if (options.snapshot !== undefined)
    lines.push(`SET TRANSACTION SNAPSHOT ${quoteLiteral(options.snapshot)}`);
  for (const [name, value] of settings) lines.push(`SET LOCAL ${name} = ${quoteLiteral(value)}`);
  return lines.join('; ');
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
