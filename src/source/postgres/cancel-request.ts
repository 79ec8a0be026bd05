import { connect } from 'node:net';

const CODE_HIGH = 1234;
const CODE_LOW = 5678;
const TIMEOUT_MS = 2_000;

export interface CancelTarget {
  readonly host: string;
  readonly port: number;
  readonly processId: number;
  readonly secretKey: number;
}

/**
 * Asks the server to cancel what a session runs, over a connection of its own
 * (postgresql.org/docs/current/protocol-flow.html, Canceling Requests in Progress). The server never
 * says whether it did: best effort. Sent in the clear like libpq's PQcancel; it holds no password.
 */
export function sendCancelRequest(target: CancelTarget): Promise<void> {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt16BE(CODE_HIGH, 4);
  packet.writeInt16BE(CODE_LOW, 6);
  packet.writeInt32BE(target.processId, 8);
  packet.writeInt32BE(target.secretKey, 12);
  return new Promise((resolve) => {
    const socket = target.host.startsWith('/')
      ? connect(`${target.host}/.s.PGSQL.${target.port}`)
      : connect(target.port, target.host);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.on('connect', () => socket.end(packet));
    // The session's own socket is destroyed as well, so a failure here only costs the server some time.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.resume();
  });
}
