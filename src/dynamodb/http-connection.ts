import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { messageOf } from '../support/error.js';
import { type HttpReply, ReplyReader } from './http-reply.js';

export interface ConnectionOptions {
  readonly endpoint: URL;
  /** PEM of further certificate authorities to trust. */
  readonly ca: string | undefined;
  /** Milliseconds from handing a request to the connection to the end of its reply. */
  readonly timeoutMs: number;
  /** The TLS session of the connection before, so that the next need not agree on keys again. */
  readonly session: { last: Buffer | undefined };
  /** It can take the next request. */
  readonly onFree: (connection: HttpConnection) => void;
  /** It never will again; what it was asked is answered. */
  readonly onClosed: (connection: HttpConnection) => void;
}

/** What becomes of a request: one of the two is called, once. */
export interface Answered {
  /** `reusable`: the kernel has the whole request, and nothing reads its bytes any more. */
  readonly reply: (reply: HttpReply, reusable: boolean) => void;
  /** `sent`: the server may have read and done the request. */
  readonly lost: (error: Error, sent: boolean) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const TCP_KEEP_ALIVE_MS = 60_000;
const READ_BYTES = 65_536;

/**
 * One HTTP/1.1 connection, one request at a time. What arrives is read from one buffer that is filled again and again, where a
 * stream would allocate 64 KB for a reply of 300 bytes and hand it on through a queue.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** Runs from the first moment to the connection, then anew from each request: it ends an idle one too. */
  #timer: NodeJS.Timeout;
  #reader = new ReplyReader();
  /** Of the request that is under way. */
  #answered: Answered | null = null;
  /** To be sent as soon as there is a connection. */
  #first: Buffer | null = null;
  #connected = false;
  #trouble: Error | null = null;
  #closed = false;
  #idleSince = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#timer = this.#timeOut(CONNECT_TIMEOUT_MS, `no connection within ${CONNECT_TIMEOUT_MS} ms`);
    this.#socket = this.#open();
    this.#socket.on('error', (error: Error) => {
      this.#trouble ??= error;
    });
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('close', () => this.#close(new Error('the server closed the connection')));
  }

  /** When its last reply was whole, in milliseconds of `performance.now()`. */
  get idleSince(): number {
    return this.#idleSince;
  }

  /** To be called when it is new, or free. */
  send(request: Buffer, answered: Answered): void {
    this.#answered = answered;
    if (this.#connected) this.#write(request);
    else this.#first = request;
  }

  /** A request that is under way is lost for this reason. */
  destroy(error: Error): void {
    this.#socket.destroy();
    this.#close(error);
  }

  #open(): Socket {
    const { endpoint, ca, session } = this.#options;
    const secure = endpoint.protocol === 'https:';
    const host = endpoint.hostname.replace(/^\[(.*)\]$/, '$1'); // as a URL writes IPv6
    const common = {
      host,
      port: endpoint.port === '' ? (secure ? 443 : 80) : Number(endpoint.port),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (bytes: number, buffer: Uint8Array) => {
          this.#onBytes((buffer as Buffer).subarray(0, bytes));
          return true;
        },
      },
    };
    const onConnect = () => this.#onConnect();
    if (!secure) return connectPlain(common, onConnect);
    const tls = {
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(session.last === undefined ? {} : { session: session.last }),
    };
    return connectSecure({ ...common, ...tls }, onConnect).on('session', (last: Buffer) => {
      session.last = last;
    });
  }

  #timeOut(ms: number, trouble: string): NodeJS.Timeout {
    return setTimeout(() => this.destroy(new Error(trouble)), ms).unref();
  }

  #onConnect(): void {
    const { timeoutMs } = this.#options;
    this.#connected = true;
    clearTimeout(this.#timer);
    this.#timer = this.#timeOut(timeoutMs, `no reply within ${timeoutMs} ms`);
    const first = this.#first;
    this.#first = null;
    if (first !== null) this.#write(first);
  }

  #write(request: Buffer): void {
    this.#reader = new ReplyReader();
    this.#timer.refresh();
    this.#socket.write(request);
  }

  #onBytes(bytes: Buffer): void {
    if (this.#answered === null) {
      this.destroy(new Error('the server said something unasked'));
      return;
    }
    let reply: HttpReply | null;
    try {
      reply = this.#reader.take(bytes);
    } catch (error) {
      this.destroy(new Error(`a reply that cannot be read: ${messageOf(error)}`));
      return;
    }
    if (reply !== null) this.#finish(reply);
  }

  /** The server sends no more. */
  #onEnd(): void {
    const reply = this.#answered === null ? null : this.#reader.end();
    if (reply !== null) this.#finish(reply);
    this.#socket.destroy();
  }

  #finish(reply: HttpReply): void {
    const answered = this.#answered;
    this.#answered = null;
    this.#idleSince = performance.now();
    // Of a reply that came before the whole request was sent, the rest would be read as the next one.
    const reusable = this.#socket.writableLength === 0;
    const free = reply.keepAlive && reusable;
    if (!free) this.#socket.destroy();
    answered?.reply(reply, reusable);
    if (free) this.#options.onFree(this);
  }

  #close(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    const answered = this.#answered;
    this.#answered = null;
    answered?.lost(this.#trouble ?? error, this.#connected);
    this.#options.onClosed(this);
  }
}
