import { messageOf } from '../support/error.js';
import { type Answered, HttpConnection } from './http-connection.js';
import type { RequestBytes } from './request-bytes.js';
import { gatherStops } from './stops.js';

export interface ExchangeOptions {
  readonly connections: number;
  /** Milliseconds from handing the request to a connection to the end of the reply. */
  readonly timeoutMs: number;
  /** PEM of further certificate authorities to trust. */
  readonly ca?: string;
}

/**
 * A reply, or why there is none. `reusable`: nothing reads the bytes of the request any more. `sent`: the server may
 * have read and done it.
 */
export type Exchanged =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly date: string | null;
      readonly text: string;
      readonly reusable: boolean;
    }
  | { readonly kind: 'lost'; readonly sent: boolean; readonly trouble: string; readonly code: string | null };

/** HTTP/1.1 POSTs to one origin over keep-alive connections; what exceeds them waits in line. */
export interface Exchanges extends AsyncDisposable {
  /**
   * Rejects only with the signal's reason; its connection is then destroyed. And with a `TypeError` once they are
   * closed: nobody would close the connection that it would open.
   */
  post(headers: string[], request: RequestBytes, signal: AbortSignal | undefined): Promise<Exchanged>;
}

/** Below the idle time after which DynamoDB closes a connection, so that a request seldom meets the close. */
const KEEP_ALIVE_MS = 20_000;

/** A request, and what becomes of it. */
interface Job extends Answered {
  readonly request: Buffer;
}

/**
 * Own code, where `undici` takes 1.1 times the CPU of a whole run and 25 MB more (docs/performance.md): a request is one
 * write, a reply is read where it arrives, and there is nothing of HTTP that DynamoDB does not use.
 */
export function openExchanges(endpoint: URL, options: ExchangeOptions): Exchanges {
  /** Each with what it is asked, null while it is idle. */
  const connections = new Map<HttpConnection, Job | null>();
  const idle: HttpConnection[] = [];
  const waiting: Job[] = [];
  const stops = gatherStops();
  let closed = false;
  const head = `POST ${endpoint.pathname} HTTP/1.1\r\nhost: ${endpoint.host}\r\nconnection: keep-alive\r\n`;
  const connectionOptions = {
    endpoint,
    ca: options.ca,
    timeoutMs: options.timeoutMs,
    session: { last: undefined },
    onFree,
    onClosed,
  };

  function start(job: Job): void {
    const connection = takeIdle();
    if (connection !== undefined) give(connection, job);
    else if (connections.size < options.connections) give(new HttpConnection(connectionOptions), job);
    else waiting.push(job);
  }

  /** The one that was used last. */
  function takeIdle(): HttpConnection | undefined {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (performance.now() - last.idleSince < KEEP_ALIVE_MS) return last;
      last.destroy(new Error('idle for too long'));
    }
    return undefined;
  }

  function give(connection: HttpConnection, job: Job): void {
    connections.set(connection, job);
    connection.send(job.request, job);
  }

  function onFree(connection: HttpConnection): void {
    const next = waiting.shift();
    if (next !== undefined) {
      give(connection, next);
      return;
    }
    connections.set(connection, null);
    idle.push(connection);
  }

  function onClosed(connection: HttpConnection): void {
    connections.delete(connection);
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    const next = waiting.shift();
    if (next !== undefined) start(next);
  }

  /** Its connection is destroyed: what was sent cannot be taken back, and its reply would be another's. */
  function stop(job: Job, reason: Error): void {
    const at = waiting.indexOf(job);
    if (at >= 0) waiting.splice(at, 1);
    for (const [connection, asked] of connections) if (asked === job) connection.destroy(reason);
  }

  function post(
    headers: string[],
    request: RequestBytes,
    signal: AbortSignal | undefined,
  ): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      if (closed) return reject(new TypeError('a request after the client was closed'));
      const job: Job = {
        request: request.behind(headOf(head, headers, request.body.length)),
        reply({ status, date, text }, reusable) {
          forget?.();
          resolve({ kind: 'reply', status, date, text, reusable });
        },
        lost(error, sent) {
          forget?.();
          resolve({ kind: 'lost', sent, trouble: messageOf(error), code: codeOf(error) });
        },
      };
      const forget =
        signal &&
        stops.on(signal, () => {
          reject(signal.reason); // before the end of its connection resolves it as lost
          stop(job, new Error('aborted'));
        });
      start(job);
    });
  }

  return {
    post,
    async [Symbol.asyncDispose]() {
      closed = true;
      const error = new Error('the client was closed');
      for (const job of waiting.splice(0)) job.lost(error, false);
      for (const connection of [...connections.keys()]) connection.destroy(error);
    },
  };
}

function headOf(begin: string, headers: readonly string[], length: number): string {
  let text = begin;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${text}content-length: ${length}\r\n\r\n`;
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}
