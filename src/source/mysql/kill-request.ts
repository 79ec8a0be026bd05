import { type ConnectionOptions, createConnection } from 'mysql2';

/** How long the server may take to do it. */
const TIMEOUT_MS = 5_000;

/**
 * Ends a statement, or a session with what it runs, over a connection of its own: everybody may do so to
 * sessions of their own user. The server goes on with a statement whose client has only hung up. Rejects with
 * what the driver says.
 */
export async function sendKill(
  config: ConnectionOptions,
  what: 'QUERY' | 'CONNECTION',
  threadId: number,
): Promise<void> {
  const killer = createConnection({ ...config, connectTimeout: TIMEOUT_MS });
  try {
    await new Promise<void>((resolve, reject) => {
      killer.on('error', reject);
      killer.query({ sql: `KILL ${what} ${threadId}`, timeout: TIMEOUT_MS }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  } finally {
    killer.destroy();
  }
}
