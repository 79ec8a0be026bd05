import { messageOf } from '../support/error.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type CredentialProvider, keepCredentials } from './credentials.js';
import { type Exchanged, openExchanges } from './exchange.js';
import { classify, type Failure, type Remedy, readError } from './failure.js';
import { RequestBuffers, type RequestBytes } from './request-bytes.js';
import { type Credentials, createSigner } from './sign.js';

export type Operation =
  | 'BatchWriteItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'Scan';

export type Reply<Body> = { readonly kind: 'ok'; readonly body: Body } | Failure;

export interface WireOptions {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: CredentialProvider;
  /** The most requests under way at once; further ones wait. Default 32. */
  readonly connections?: number | undefined;
  /** Milliseconds from sending a request to the end of its reply. Default 20,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Milliseconds that a write without a reply stays unsettled. Default 5,000. */
  readonly graceMs?: number | undefined;
  /** PEM of further certificate authorities to trust. */
  readonly ca?: string;
  readonly log?: Logger | undefined;
}

export interface CallOptions {
  /**
   * The request writes: when its reply is lost, the call resolves only when the connection is destroyed
   * and the grace time is over, so that it cannot land over a write that follows.
   */
  readonly writes: boolean;
  readonly signal?: AbortSignal;
}

/** DynamoDB's data plane for the calls with volume: JSON text in, the reply or its failure out. */
export interface Wire extends AsyncDisposable {
  /**
   * One attempt; it is the caller who retries. Only an expired token and a wrong clock are put right and
   * tried again here, once each. `json` is the body of the operation in DynamoDB JSON. Rejects only with
   * the signal's reason.
   */
  call<Body>(operation: Operation, json: string, options: CallOptions): Promise<Reply<Body>>;
}

interface Attempt<Body> {
  readonly reply: Reply<Body> | Remedy;
  /** The server's clock. */
  readonly date: string | null;
  /** Nothing reads the bytes of the request any more. */
  readonly reusable: boolean;
}

const DEFAULTS = { connections: 32, requestTimeoutMs: 20_000, graceMs: 5_000 };
/** A Date header has whole seconds and is as old as the reply's way: below this the clock is not to blame. */
const SKEW_MS = 30_000;

export function openWire(options: WireOptions): Wire {
  const { endpoint, region, log = silentLogger } = options;
  const connections = options.connections ?? DEFAULTS.connections;
  const timeoutMs = options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs;
  const graceMs = options.graceMs ?? DEFAULTS.graceMs;
  const exchanges = openExchanges(endpoint, {
    connections,
    timeoutMs,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const buffers = new RequestBuffers(connections);
  const signer = createSigner(endpoint, region);
  const keeper = keepCredentials(options.credentials);
  /** Server's clock minus ours. */
  let skew = 0;

  async function attempt<Body>(
    operation: Operation,
    request: RequestBytes,
    credentials: Credentials,
    { writes, signal }: CallOptions,
  ): Promise<Attempt<Body>> {
    const target = `DynamoDB_20120810.${operation}`;
    const headers = signer.sign(target, request.body, credentials, Date.now() + skew);
    const exchanged = await exchanges.post(headers, request, signal);
    if (exchanged.kind === 'lost') {
      if (writes && exchanged.sent) await systemClock.sleep(graceMs, signal);
      return { reply: lost(exchanged, endpoint), date: null, reusable: false };
    }
    const { status, text, date, reusable } = exchanged;
    return { reply: read<Body>(status, text), date, reusable };
  }

  /** Takes over the server's clock; false where it does not differ from ours. */
  function correctClock(date: string | null): boolean {
    const server = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(server) || Math.abs(server - (Date.now() + skew)) < SKEW_MS) return false;
    skew = server - Date.now();
    log.warn(
      { skewMs: skew },
      'the clock of this machine is wrong: requests are signed with the time of the server',
    );
    return true;
  }

  async function call<Body>(operation: Operation, json: string, call: CallOptions): Promise<Reply<Body>> {
    const request = buffers.take(json);
    let renewed = false;
    let corrected = false;
    let stale: Credentials | null = null;
    for (;;) {
      call.signal?.throwIfAborted();
      let credentials: Credentials;
      try {
        credentials = await (stale === null ? keeper.current() : keeper.renew(stale));
      } catch (error) {
        return noCredentials(error, keeper.proven);
      }
      const { reply, date, reusable } = await attempt<Body>(operation, request, credentials, call);
      stale = null;
      if (reply.kind === 'expired') {
        if (renewed) return denied(reply);
        renewed = true;
        stale = credentials;
        log.debug({ operation }, 'the session token has expired: asking for a new one');
      } else if (reply.kind === 'skewed') {
        // Another request may have corrected the clock while this one was under way.
        if (corrected || !(correctClock(date) || skew !== 0)) return denied(reply);
        corrected = true;
      } else {
        if (reusable) buffers.release(request);
        return reply;
      }
    }
  }

  return { call, [Symbol.asyncDispose]: () => exchanges[Symbol.asyncDispose]() };
}

function read<Body>(status: number, text: string): Reply<Body> | Remedy {
  if (status !== 200) return classify(readError(status, text));
  try {
    return { kind: 'ok', body: JSON.parse(text) as Body };
  } catch {
    return {
      kind: 'retry',
      trouble: `a reply that is no JSON: ${text.slice(0, 100)}`,
      sent: true,
      connect: false,
    };
  }
}

function lost(exchanged: Exchanged & { readonly kind: 'lost' }, endpoint: URL): Failure {
  const { trouble, code, sent } = exchanged;
  const cause = code === null || trouble.includes(code) ? trouble : `${code}: ${trouble}`;
  return { kind: 'retry', trouble: `${endpoint.host}: ${cause}`, sent, connect: !sent };
}

function noCredentials(error: unknown, proven: boolean): Failure {
  const message = messageOf(error);
  if (!proven) return { kind: 'denied', name: 'no credentials', message };
  return { kind: 'retry', trouble: `no new credentials: ${message}`, sent: false, connect: false };
}

function denied(remedy: Remedy): Failure {
  return { kind: 'denied', name: remedy.name, message: remedy.message };
}
