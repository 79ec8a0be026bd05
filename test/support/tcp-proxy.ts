import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  /** The server's URL with this proxy's host and port. */
  readonly url: string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Bytes that the server has sent through all connections. */
  readonly received: number;
  /** Resets every open connection; new ones work. */
  cutAll(): void;
  /** Resets the connection on which the server's n-th byte from now on passes, right after that byte. Once. */
  cutAfter(bytes: number): void;
  /** While true, every new connection is reset as soon as it is made. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Called for each connection; what it returns is given all bytes that its client sends. */
  readonly onSent?: () => (bytes: Buffer) => void;
}

/** Stands in front of a SQL server and cuts its connections as a failing network does: by RST, mid-message. */
export async function openTcpProxy(serverUrl: string, { onSent }: TcpProxyOptions = {}): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const pairs = new Map<Socket, Socket>();
  let refusing = false;
  let received = 0;
  let cutAt = Number.POSITIVE_INFINITY;

  const server = createServer((near) => {
    if (refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    pairs.set(near, far);
    const drop = () => {
      pairs.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true).on('error', drop).on('close', drop);
    }
    if (onSent !== undefined) near.on('data', onSent());
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received < cutAt) {
        if (!near.write(chunk)) far.pause();
        return;
      }
      const passed = chunk.subarray(0, chunk.length - (received - cutAt));
      cutAt = Number.POSITIVE_INFINITY;
      near.write(passed, () => cut(near));
    });
    near.on('drain', () => far.resume());
    far.on('end', () => near.end());
  });

  function cut(near: Socket): void {
    pairs.get(near)?.destroy();
    near.resetAndDestroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cutAll = () => {
    for (const near of [...pairs.keys()]) cut(near);
  };
  const close = async (): Promise<void> => {
    server.close();
    cutAll();
    if (server.listening) await once(server, 'close');
  };
  return {
    url: url.href,
    get connections() {
      return pairs.size;
    },
    get received() {
      return received;
    },
    cutAll,
    cutAfter(bytes) {
      cutAt = received + bytes;
    },
    refuse(next) {
      refusing = next;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
