/** One entry of `ThrottlingReasons`, or `unknown` where the server gives none. */
export interface ThrottleReason {
  /** `TableWriteKeyRangeThroughputExceeded`, … */
  readonly reason: string;
  /** ARN of the table or index that is short. */
  readonly resource: string | null;
}

/** Why a request did not do what it asks. `message` is the server's own. */
export type Failure =
  /** Slow down; nothing was done. */
  | { readonly kind: 'throttled'; readonly reasons: readonly [ThrottleReason, ...ThrottleReason[]] }
  /** Something in the request is not allowed: for a batch, at least one of its items. Nothing was done. */
  | { readonly kind: 'validation'; readonly message: string }
  /** The request as a whole is over the limit of its size. Nothing was done. */
  | { readonly kind: 'tooLarge'; readonly message: string }
  /** The condition of a write did not hold; `body` may hold the item as it is. */
  | { readonly kind: 'condition'; readonly body: unknown }
  /** Passing: worth another attempt. May have been done where `sent`. */
  | { readonly kind: 'retry'; readonly trouble: string; readonly sent: boolean; readonly connect: boolean }
  | { readonly kind: 'tableMissing'; readonly message: string }
  /** Credentials missing, wrong, or without the right. */
  | { readonly kind: 'denied'; readonly name: string; readonly message: string }
  /** Something else that another attempt will not change. */
  | { readonly kind: 'refused'; readonly name: string; readonly message: string };

/** What the wire answers by itself, and no caller sees: new credentials, or the server's clock. */
export type Remedy =
  | { readonly kind: 'expired'; readonly name: string; readonly message: string }
  | { readonly kind: 'skewed'; readonly name: string; readonly message: string };

/** An error reply as every AWS JSON service writes it. */
export interface ErrorReply {
  readonly status: number;
  /** Without namespace: `ThrottlingException`. */
  readonly name: string;
  readonly message: string;
  readonly body: unknown;
}

type Kind = Failure['kind'] | Remedy['kind'];

/**
 * Error name → what to do about it; whatever is not named follows its HTTP status.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
 */
const KINDS: { readonly [name: string]: Kind } = {
  ProvisionedThroughputExceededException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  ValidationException: 'validation',
  ValidationError: 'validation',
  SerializationException: 'validation',
  ItemCollectionSizeLimitExceededException: 'validation',
  RequestEntityTooLarge: 'tooLarge',
  RequestEntityTooLargeException: 'tooLarge',
  ConditionalCheckFailedException: 'condition',
  ResourceNotFoundException: 'tableMissing',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnrecognizedClientException: 'denied',
  InvalidClientTokenId: 'denied',
  MissingAuthenticationToken: 'denied',
  MissingAuthenticationTokenException: 'denied',
  IncompleteSignatureException: 'denied',
  IncompleteSignature: 'denied',
  InvalidSignatureException: 'denied',
  NotAuthorized: 'denied',
  OptInRequired: 'denied',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestTimeTooSkewed: 'skewed',
  RequestExpired: 'skewed',
  RequestInTheFuture: 'skewed',
  TransactionInProgressException: 'retry',
  ReplicatedWriteConflictException: 'retry',
  ResourceInUseException: 'retry',
  RequestTimeout: 'retry',
  RequestTimeoutException: 'retry',
};

const UNKNOWN: ThrottleReason = { reason: 'unknown', resource: null };

/** Reads `__type`, `message` and the rest of an error's body; a body that is no JSON is the message itself. */
export function readError(status: number, text: string): ErrorReply {
  let body: { readonly [field: string]: unknown };
  try {
    body = Object(JSON.parse(text));
  } catch {
    return { status, name: `HTTP ${status}`, message: text.slice(0, 200), body: {} };
  }
  const { __type, code, message, Message } = body;
  const type = typeof __type === 'string' ? __type : typeof code === 'string' ? code : `HTTP ${status}`;
  const said = typeof message === 'string' ? message : typeof Message === 'string' ? Message : '';
  return { status, name: type.slice(type.lastIndexOf('#') + 1), message: said, body };
}

export function classify(error: ErrorReply): Failure | Remedy {
  const { name, message, body } = error;
  switch (kindOf(error)) {
    case 'throttled':
      return { kind: 'throttled', reasons: reasonsIn(body) };
    case 'validation':
      return { kind: 'validation', message };
    case 'tooLarge':
      return { kind: 'tooLarge', message: message === '' ? 'the request is too large' : message };
    case 'condition':
      return { kind: 'condition', body };
    case 'tableMissing':
      return { kind: 'tableMissing', message };
    case 'denied':
      return { kind: 'denied', name, message };
    case 'expired':
      return { kind: 'expired', name, message };
    case 'skewed':
      return { kind: 'skewed', name, message };
    case 'retry':
      return { kind: 'retry', trouble: `${name}: ${message}`, sent: true, connect: false };
    case 'refused':
      return { kind: 'refused', name, message };
  }
}

function kindOf({ status, name, message }: ErrorReply): Kind {
  // The one name for a wrong clock and for a wrong secret.
  if (name === 'InvalidSignatureException' && /signature (expired|not yet current)/i.test(message)) {
    return 'skewed';
  }
  if (/security token included in the request is expired/i.test(message)) return 'expired';
  const known = KINDS[name];
  if (known !== undefined) return known;
  if (status === 413) return 'tooLarge';
  if (status === 429) return 'throttled';
  return status >= 500 || status === 408 ? 'retry' : 'refused';
}

function reasonsIn(body: unknown): readonly [ThrottleReason, ...ThrottleReason[]] {
  const { ThrottlingReasons, throttlingReasons } = Object(body);
  const list: unknown = ThrottlingReasons ?? throttlingReasons;
  if (!Array.isArray(list)) return [UNKNOWN];
  const [first = UNKNOWN, ...others] = list.map((entry: unknown): ThrottleReason => {
    const { reason, resource } = Object(entry);
    return {
      reason: typeof reason === 'string' ? reason : UNKNOWN.reason,
      resource: typeof resource === 'string' ? resource : null,
    };
  });
  return [first, ...others];
}
