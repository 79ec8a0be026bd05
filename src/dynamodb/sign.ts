import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Signer {
  /**
   * The headers of a signed POST, flat (`[name, value, name, value, …]`) without `host`, which is
   * signed too. `now` is epoch milliseconds on the server's clock.
   */
  sign(target: string, body: Buffer, credentials: Credentials, now: number): string[];
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * Signature Version 4 for one endpoint, `@smithy/signature-v4` being its oracle in the tests. The key of
 * the day and the text of the second are kept, which leaves one SHA-256 of the body, one of the canonical
 * request and one HMAC for a request.
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(endpoint: URL, region: string, service = 'dynamodb'): Signer {
  const host = endpoint.host;
  const path = canonicalPath(endpoint.pathname);
  let second = -1;
  let stamp = '';
  let day = '';
  let dayKey: Buffer = Buffer.alloc(0);
  let keyOf = '';

  function useSecond(now: number): void {
    const current = Math.floor(now / 1000);
    if (current === second) return;
    second = current;
    stamp = `${new Date(current * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    day = stamp.slice(0, 8);
  }

  function useKey(secret: string): void {
    const wanted = `${day}/${secret}`;
    if (wanted === keyOf) return;
    dayKey = [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
    keyOf = wanted;
  }

  return {
    sign(target, body, credentials, now) {
      useSecond(now);
      useKey(credentials.secretAccessKey);
      const token = credentials.sessionToken;
      const tokenLine = token === undefined ? '' : `x-amz-security-token:${token}\n`;
      const signed = `content-type;host;x-amz-date;${token === undefined ? '' : 'x-amz-security-token;'}x-amz-target`;
      const request = `POST\n${path}\n\ncontent-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-date:${stamp}\n${tokenLine}x-amz-target:${target}\n\n${signed}\n${hash('sha256', body)}`;
      const scope = `${day}/${region}/${service}/aws4_request`;
      const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash('sha256', request)}`;
      const signature = createHmac('sha256', dayKey).update(text).digest('hex');
      const headers = [
        'content-type',
        CONTENT_TYPE,
        'x-amz-date',
        stamp,
        'x-amz-target',
        target,
        'authorization',
        `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
      ];
      if (token !== undefined) headers.push('x-amz-security-token', token);
      return headers;
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `pathname` is encoded once by the URL; every service but S3 signs it encoded twice. */
function canonicalPath(pathname: string): string {
  return encodeURIComponent(pathname).replaceAll('%2F', '/');
}
