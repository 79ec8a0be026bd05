/** Error replies as DynamoDB writes them: namespace, spelling and all. */
export interface ErrorReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html */
export interface ThrottlingReason {
  readonly reason: string;
  /** ARN of the table or index. */
  readonly resource: string;
}

const MODEL = 'com.amazonaws.dynamodb.v20120810';
const SERVICE = 'com.amazon.coral.service';
const AVAILABILITY = 'com.amazon.coral.availability';

/** A provisioned table over its capacity, or a partition over its 1,000 write units. */
export function provisionedThroughputExceeded(reasons: readonly ThrottlingReason[]): ErrorReply {
  return reply(
    400,
    `${MODEL}#ProvisionedThroughputExceededException`,
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
    reasons.length === 0 ? {} : { ThrottlingReasons: reasons },
  );
}

/** An on-demand table over what it grew to. Its list of reasons begins with a small letter, as in the API model. */
export function throttling(reasons: readonly ThrottlingReason[]): ErrorReply {
  return reply(
    400,
    `${AVAILABILITY}#ThrottlingException`,
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
    reasons.length === 0 ? {} : { throttlingReasons: reasons },
  );
}

export const EXPIRED_TOKEN = reply(
  400,
  `${SERVICE}#ExpiredTokenException`,
  'The security token included in the request is expired',
);

export const INTERNAL_ERROR = reply(500, `${MODEL}#InternalServerError`, 'Internal server error');

export const UNAVAILABLE = reply(
  503,
  `${AVAILABILITY}#ServiceUnavailableException`,
  'The service is currently unavailable.',
);

/** To a request whose date is more than 15 minutes off the server's; dates in SigV4's basic format. */
export function clockSkew(requestDate: string, serverDate: Date): ErrorReply {
  const now = basicFormat(serverDate);
  const edge = (minutes: number) => basicFormat(new Date(serverDate.getTime() + minutes * 60_000));
  const message =
    requestDate < now
      ? `Signature expired: ${requestDate} is now earlier than ${edge(-15)} (${now} - 15 min.)`
      : `Signature not yet current: ${requestDate} is still later than ${edge(15)} (${now} + 15 min.)`;
  return reply(400, `${SERVICE}#InvalidSignatureException`, message);
}

/** `20260131T093000Z` */
export function basicFormat(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function reply(
  status: number,
  type: string,
  message: string,
  more: Record<string, unknown> = {},
): ErrorReply {
  return { status, body: { __type: type, message, ...more } };
}
