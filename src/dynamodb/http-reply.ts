/** An HTTP/1.1 reply, whole. */
export interface HttpReply {
  readonly status: number;
  /** The server's clock, as it writes it. */
  readonly date: string | null;
  readonly text: string;
  /** The connection may be used again. */
  readonly keepAlive: boolean;
}

interface Head {
  readonly status: number;
  readonly date: string | null;
  readonly keepAlive: boolean;
  /** Bytes of the body; `chunked`: it says itself how long it is; null: it ends with the connection. */
  readonly length: number | 'chunked' | null;
}

const HEAD_END = '\r\n\r\n';
const LINE_END = '\r\n';
/** Bytes of a head, and of a line between chunks: what is longer comes from no DynamoDB. */
const LONGEST_HEAD = 65_536;
const LONGEST_LINE = 1_024;

/**
 * Reads one reply from the pieces in which it arrives. Of HTTP it knows what answers a POST over a connection that is kept:
 * a length, chunks, or an end with the connection (RFC 9112, sections 6 and 7).
 */
export class ReplyReader {
  #head: Head | null = null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #chunks: ChunkedBody | null = null;

  /**
   * Takes the next piece, of which it keeps no reference; answers the reply once it is whole. Throws for what is no reply,
   * and for bytes behind its end.
   */
  take(piece: Buffer): HttpReply | null {
    let bytes = piece;
    while (this.#head === null) {
      if (this.#heldBytes > 0) bytes = this.#release(bytes);
      const end = bytes.indexOf(HEAD_END, 0, 'latin1');
      if (end < 0) {
        if (bytes.length > LONGEST_HEAD) throw new Error(`a head of more than ${LONGEST_HEAD} bytes`);
        this.#hold(bytes);
        return null;
      }
      const head = readHead(bytes.toString('latin1', 0, end));
      bytes = bytes.subarray(end + HEAD_END.length);
      // 100 Continue and its like precede the reply.
      if (head.status >= 200) this.#head = head;
      else if (bytes.length === 0) return null;
    }
    return this.#body(bytes, this.#head);
  }

  /** The connection has ended: a body without a length is whole. Null where something is missing. */
  end(): HttpReply | null {
    if (this.#head === null || this.#head.length !== null) return null;
    return reply(this.#head, this.#release(EMPTY));
  }

  #body(bytes: Buffer, head: Head): HttpReply | null {
    if (head.length === 'chunked') {
      this.#chunks ??= new ChunkedBody();
      const body = this.#chunks.take(bytes);
      return body === null ? null : reply(head, body);
    }
    const missing = head.length === null ? Number.POSITIVE_INFINITY : head.length - this.#heldBytes;
    if (bytes.length > missing) throw new Error('more bytes than its length');
    if (bytes.length === missing) return reply(head, this.#release(bytes));
    this.#hold(bytes);
    return null;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
  }

  /** What is held and `last`, in one. */
  #release(last: Buffer): Buffer {
    if (this.#heldBytes === 0) return last;
    const all = Buffer.concat([...this.#held, last]);
    this.#held = [];
    this.#heldBytes = 0;
    return all;
  }
}

const EMPTY = Buffer.alloc(0);

/** Of each chunk its length in hexadecimal digits, a line's end, so many bytes, a line's end; one of no bytes is the last. */
class ChunkedBody {
  readonly #pieces: Buffer[] = [];
  #line = '';
  /** Bytes to come of the present chunk. */
  #left = 0;
  #state: 'length' | 'bytes' | 'behind' | 'trailer' = 'length';

  /** The body, once its last chunk is there. */
  take(bytes: Buffer): Buffer | null {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'bytes') {
        const end = Math.min(bytes.length, at + this.#left);
        this.#pieces.push(Buffer.from(bytes.subarray(at, end)));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'behind';
        continue;
      }
      const end = bytes.indexOf('\n', at, 'latin1');
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end + 1);
      if (this.#line.length > LONGEST_LINE) throw new Error('a line of chunks that has no end');
      if (end < 0) return null;
      at = end + 1;
      if (this.#readLine() === 'last') {
        if (at < bytes.length) throw new Error('bytes behind its last chunk');
        return Buffer.concat(this.#pieces);
      }
    }
    return null;
  }

  #readLine(): 'last' | null {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith(LINE_END)) throw new Error('a line of chunks without its end');
    if (this.#state === 'trailer') return line === LINE_END ? 'last' : null;
    if (this.#state === 'behind') {
      if (line !== LINE_END) throw new Error('a chunk longer than its length');
      this.#state = 'length';
      return null;
    }
    const digits = /^[0-9a-f]{1,8}(?=[\r;])/i.exec(line)?.[0];
    if (digits === undefined) throw new Error('a chunk without a length');
    this.#left = Number.parseInt(digits, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'bytes';
    return null;
  }
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split(LINE_END);
  const line = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first);
  if (line === null) throw new Error(`no HTTP: ${JSON.stringify(first.slice(0, 60))}`);
  const status = Number(line[2]);
  let keepAlive = line[1] === '1';
  let date: string | null = null;
  let length: Head['length'] = status === 204 || status === 304 ? 0 : null;
  for (const header of lines) {
    const colon = header.indexOf(':');
    const value = header.slice(colon + 1).trim();
    switch (header.slice(0, colon).toLowerCase()) {
      case 'date':
        date = value;
        break;
      case 'content-length':
        if (!/^\d{1,12}$/.test(value)) throw new Error(`a length of ${JSON.stringify(value)}`);
        if (typeof length === 'number' && length !== Number(value)) throw new Error('two lengths');
        if (length !== 'chunked') length = Number(value); // chunks count, where both are said
        break;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked')
          throw new Error(`a transfer encoding of ${JSON.stringify(value)}`);
        length = 'chunked';
        break;
      case 'connection':
        keepAlive = value.toLowerCase() === 'keep-alive' || (keepAlive && value.toLowerCase() !== 'close');
        break;
    }
  }
  return { status, date, length, keepAlive: keepAlive && length !== null };
}

function reply({ status, date, keepAlive }: Head, body: Buffer): HttpReply {
  return { status, date, keepAlive, text: body.toString('utf8') };
}
