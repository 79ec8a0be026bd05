import pg from 'pg';

/** A COPY block of a dump: its statement, its lines, and the end marker alone on a line. */
const COPY = /^(COPY [^;]* FROM stdin);\n([\s\S]*?)^\\\.\n/gm;

/** psql's own commands, and what a dump does to the database as a whole, to its owners and to their rights. */
const NOT_OURS =
  /^(?:\\(?!\.).*|(?:DROP|CREATE) DATABASE [^;]*;|ALTER [^;]* OWNER TO [^;]*;|(?:GRANT|REVOKE) [^;]*;)$/gm;

/**
 * Runs a dump without psql: COPY blocks included, whatever database it names, and without the roles that
 * owned its tables.
 */
export async function runScript(client: pg.Client, sql: string): Promise<void> {
  let at = 0;
  for (const block of sql.matchAll(COPY)) {
    await runStatements(client, sql.slice(at, block.index));
    await copyIn(client, block[1] ?? '', block[2] ?? '');
    at = block.index + block[0].length;
  }
  await runStatements(client, sql.slice(at));
}

async function runStatements(client: pg.Client, sql: string): Promise<void> {
  await client.query(sql.replaceAll(NOT_OURS, ''));
}

/** What `pg` leaves to its users: the connection's two messages of COPY, which its types do not list. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

function copyIn(client: pg.Client, statement: string, lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(statement, (error) => (error ? reject(error) : resolve()));
    Object.assign(query, {
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(lines));
        connection.endCopyFrom();
      },
    });
    client.query(query);
  });
}
