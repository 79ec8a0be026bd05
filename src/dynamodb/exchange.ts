import { Pool } from 'undici';
import { messageOf } from '../support/error.js';
import { gatherStops } from './stops.js';

export interface ExchangeOptions {
  readonly connections: number;
  /** Milliseconds from handing the request to a connection to the end of the reply. */
  readonly timeoutMs: number;
  /** PEM of further certificate authorities to trust. */
  readonly ca?: string;
}

/** A reply, or why there is none; `sent` says that the server may have read and done the request. */
export type Exchanged =
  | { readonly kind: 'reply'; readonly status: number; readonly date: string | null; readonly text: string }
  | { readonly kind: 'lost'; readonly sent: boolean; readonly trouble: string; readonly code: string | null };

/** HTTP/1.1 POSTs to one origin over keep-alive connections; what exceeds them waits in line. */
export interface Exchanges extends AsyncDisposable {
  /** Rejects only with the signal's reason; its connection is then destroyed. */
  post(headers: string[], body: Buffer, signal: AbortSignal | undefined): Promise<Exchanged>;
}

/** Below the idle time after which DynamoDB closes a connection, so that a request seldom meets the close. */
const KEEP_ALIVE_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * `dispatch` with one small handler a request: half the CPU of `request` (docs/architecture.md). A request
 * that runs out of time takes its connection with it.
 */
export function openExchanges(endpoint: URL, options: ExchangeOptions): Exchanges {
  const pool = new Pool(endpoint.origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(options.ca === undefined ? {} : { ca: options.ca }) },
  });

  const stops = gatherStops();

  function post(headers: string[], body: Buffer, signal: AbortSignal | undefined): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      let stop: (reason: Error) => void = () => {};
      let timer: NodeJS.Timeout | undefined;
      let sent = false;
      let status = 0;
      let date: string | null = null;
      let first: Buffer | null = null;
      let more: Buffer[] | null = null;

      const finish = () => {
        clearTimeout(timer);
        forget?.();
      };
      const forget =
        signal &&
        stops.on(signal, () => {
          finish();
          reject(signal.reason); // before the abort below resolves it as lost
          stop(new Error('aborted'));
        });

      pool.dispatch(
        { method: 'POST', path: endpoint.pathname, headers, body },
        {
          onRequestStart(controller) {
            if (signal?.aborted === true) return controller.abort(new Error('aborted'));
            clearTimeout(timer);
            sent = true;
            stop = (reason) => controller.abort(reason);
            timer = setTimeout(
              () => controller.abort(new Error(`no reply within ${options.timeoutMs} ms`)),
              options.timeoutMs,
            );
          },
          onResponseStart(_controller, statusCode, replyHeaders) {
            status = statusCode;
            const { date: said } = replyHeaders;
            date = typeof said === 'string' ? said : null;
          },
          onResponseData(_controller, chunk) {
            if (first === null) first = chunk;
            else if (more === null) more = [first, chunk];
            else more.push(chunk);
          },
          onResponseEnd() {
            finish();
            const bytes = more === null ? first : Buffer.concat(more);
            resolve({ kind: 'reply', status, date, text: bytes === null ? '' : bytes.toString('utf8') });
          },
          onResponseError(_controller, error) {
            finish();
            resolve({ kind: 'lost', sent, trouble: messageOf(error), code: codeOf(error) });
          },
        },
      );
    });
  }

  return { post, [Symbol.asyncDispose]: () => pool.destroy() };
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
}
