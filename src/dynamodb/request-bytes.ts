/** Bytes in front of a body: the head of a request fits, one with a session token too. */
const HEAD_ROOM = 4_096;
/** A UTF-16 unit is so many bytes of UTF-8 at most: to ask for the room costs less than to count the bytes. */
const UNIT_BYTES = 3;
const LEAST_BYTES = 32_768;
/** Longer buffers are not kept: where items are large, many of them would be. */
const MOST_KEPT_BYTES = 256 * 1_024;

/** A request that is to be sent: its body, and room in front of it. */
export class RequestBytes {
  readonly buffer: Buffer;
  readonly body: Buffer;

  /** `buffer` holds the body behind `HEAD_ROOM` other bytes, up to `end`. */
  constructor(buffer: Buffer, end: number) {
    this.buffer = buffer;
    this.body = buffer.subarray(HEAD_ROOM, end);
  }

  /**
   * Head and body in one piece: one call of the kernel for a request, and no copy of the body. It is of the same bytes as the one
   * that was made before.
   */
  behind(head: string): Buffer {
    const start = HEAD_ROOM - head.length;
    if (start < 0) return Buffer.concat([Buffer.from(head, 'latin1'), this.body]);
    this.buffer.write(head, start, 'latin1');
    return this.buffer.subarray(start, HEAD_ROOM + this.body.length);
  }
}

/**
 * Requests in buffers that are used again: 25 items from the allocator, copied behind their head, cost 10 µs, so 5
 * (docs/performance.md).
 */
export class RequestBuffers {
  readonly #spare: Buffer[] = [];
  readonly #most: number;

  /** Keeps so many buffers. */
  constructor(most: number) {
    this.#most = most;
  }

  take(json: string): RequestBytes {
    const bytes = this.#bufferFor(json);
    return new RequestBytes(bytes, HEAD_ROOM + bytes.write(json, HEAD_ROOM));
  }

  /** Nobody reads its bytes any more: they may become another request. */
  release({ buffer }: RequestBytes): void {
    if (buffer.length <= MOST_KEPT_BYTES && this.#spare.length < this.#most) this.#spare.push(buffer);
  }

  #bufferFor(json: string): Buffer {
    const wanted = HEAD_ROOM + UNIT_BYTES * json.length;
    if (wanted > MOST_KEPT_BYTES) return Buffer.allocUnsafeSlow(HEAD_ROOM + Buffer.byteLength(json));
    const spare = this.#spare.pop();
    if (spare !== undefined && spare.length >= wanted) return spare;
    return Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(wanted))));
  }
}
