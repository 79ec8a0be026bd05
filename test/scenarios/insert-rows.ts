import type { ExampleTable } from '../../src/mapping/examples/read-rows.js';

/** How a dialect spells names and values. */
export interface Spelling {
  /** Runs before each statement: a moment without a zone is one of UTC. */
  readonly before: string;
  name(name: string): string;
  bytes(bytes: Buffer): string;
  text(text: string): string;
}

export const POSTGRES: Spelling = {
  before: "SET TIME ZONE 'UTC'",
  name: (name) => `"${name.replaceAll('"', '""')}"`,
  bytes: (bytes) => `'\\x${bytes.toString('hex')}'`,
  text: (text) => `'${text.replaceAll("'", "''")}'`,
};

export const MYSQL: Spelling = {
  before: "SET time_zone = '+00:00'",
  name: (name) => `\`${name.replaceAll('`', '``')}\``,
  bytes: (bytes) => `x'${bytes.toString('hex')}'`,
  text: (text) => `'${text.replaceAll(/[\\']/g, '$&$&')}'`,
};

/** One INSERT for each row, in the order of the file: parents stand before their children. */
export function insertRows(tables: readonly ExampleTable[], spelling: Spelling): readonly string[] {
  const literal = (cell: string | boolean | Buffer | null) => {
    if (cell === null || typeof cell === 'boolean') return String(cell);
    return Buffer.isBuffer(cell) ? spelling.bytes(cell) : spelling.text(cell);
  };
  return tables.flatMap(({ label, rows }) =>
    rows.map((row) => {
      const table = label.split('.').map(spelling.name).join('.');
      const columns = Object.keys(row).map(spelling.name);
      return `${spelling.before}; INSERT INTO ${table} (${columns.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`;
    }),
  );
}
