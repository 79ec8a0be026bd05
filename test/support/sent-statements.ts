import { openTcpProxy } from './tcp-proxy.js';

export interface SentStatements extends AsyncDisposable {
  /** The server's URL through here. */
  readonly url: string;
  /** The SQL that was sent since the last call, in the order of sending. */
  take(): readonly string[];
}

/** Reads along, unencrypted, what a client of Postgres or MySQL sends its server: the text of every statement. */
export async function watchStatements(serverUrl: string): Promise<SentStatements> {
  let sent: string[] = [];
  const note = (sql: string) => void sent.push(sql);
  const postgres = serverUrl.startsWith('postgres');
  const proxy = await openTcpProxy(serverUrl, {
    onSent: () => (postgres ? readPostgres(note) : readMySql(note)),
  });
  return {
    url: proxy.url,
    take() {
      const taken = sent;
      sent = [];
      return taken;
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** postgresql.org/docs/current/protocol-message-formats.html: Query and Parse. */
function readPostgres(note: (sql: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let begun = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const head = begun ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      const body = rest.subarray(head + 4, end);
      if (!begun) begun = ![SSL_REQUEST, CANCEL_REQUEST].includes(body.readInt32BE(0));
      else if (rest[0] === 0x51)
        note(text(body)); // Q
      else if (rest[0] === 0x50) note(text(body.subarray(body.indexOf(0) + 1))); // P, behind the name
      rest = rest.subarray(end);
    }
  };
}

function text(body: Buffer): string {
  return body.toString('utf8', 0, body.indexOf(0));
}

const COM_QUERY = 3;

/** dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html: commands begin the count of packets. */
function readMySql(note: (sql: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
      const end = 4 + rest.readUIntLE(0, 3);
      if (rest[3] === 0 && rest[4] === COM_QUERY) note(rest.toString('utf8', 5, end));
      rest = rest.subarray(end);
    }
  };
}
