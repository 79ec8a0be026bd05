import { LOCAL_AWS } from './cli.js';

/** Emulators ask for a signature's form, not for a right one. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=${LOCAL_AWS.AWS_ACCESS_KEY_ID}/20260101/${LOCAL_AWS.AWS_REGION}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
};

export interface DynamoDbReply {
  readonly status: number;
  readonly text: string;
}

const API = 'DynamoDB_20120810';

/** One request to a local engine (of `DynamoDB_20120810`, where the operation names no other API), with nothing between the test and the wire: no SDK, no retry. Bytes go as they are. */
export async function sendDynamoDb(
  endpoint: string,
  operation: string,
  body: unknown,
  signal: AbortSignal | null = null,
): Promise<DynamoDbReply> {
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...HEADERS,
      'x-amz-target': operation.includes('.') ? operation : `${API}.${operation}`,
    },
    body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
    signal,
  });
  return { status: reply.status, text: await reply.text() };
}

/** The parsed reply of a request that must succeed. */
export async function callDynamoDb<Output>(
  endpoint: string,
  operation: string,
  body: unknown,
): Promise<Output> {
  const { status, text } = await sendDynamoDb(endpoint, operation, body);
  if (status !== 200) throw new Error(`${operation} answered ${status}: ${text}`);
  return JSON.parse(text);
}
