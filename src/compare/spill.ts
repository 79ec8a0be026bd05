import { DIGEST_LENGTH } from './digest.js';
import { type Extent, type KeptFile, namelessFile, type SpillFile } from './spill-file.js';

export interface SpillOptions {
  /** Where the file is made when memory does not do; made itself where it is not there. */
  readonly folder: string;
  /** Bytes of records kept in memory. */
  readonly memoryBytes: number;
  /** The file instead: what it holds is among the records. Closed by who opened it. */
  readonly kept?: KeptFile | undefined;
  /** The character of the digest that tells the bucket. */
  readonly level?: number;
}

/** Some text under a digest. */
export interface SpillRecord {
  readonly digest: string;
  readonly payload: string;
}

/** All records whose digests begin alike. */
export interface Bucket {
  /** Of its records, about what reading them again costs. */
  readonly bytes: number;
  /** In the order they were added. May be asked for several times. */
  records(): Iterable<SpillRecord>;
}

interface Block {
  readonly bucket: number;
  buffer: Buffer;
  used: number;
  readonly extents: Extent[];
  written: number;
}

const BUCKETS = 256;
const HEAD = 4 + DIGEST_LENGTH;
const FIRST_BLOCK = 1024;
const LEAST_BLOCK = 64;
const LAST_LEVEL = 3;

/**
 * Records dealt into 256 buckets by a character of their digest, so that those of one digest come together
 * however many there are: in memory as long as they fit, else in one file.
 */
export class Spill implements Disposable {
  readonly #folder: string;
  readonly #level: number;
  readonly #blockBytes: number;
  readonly #blocks: (Block | undefined)[] = Array.from({ length: BUCKETS });
  readonly #kept: KeptFile | null;
  #file: SpillFile | null;

  constructor({ folder, memoryBytes, kept, level = 0 }: SpillOptions) {
    this.#folder = folder;
    this.#level = level;
    this.#blockBytes = Math.max(LEAST_BLOCK, Math.floor(memoryBytes / BUCKETS));
    this.#kept = kept ?? null;
    this.#file = this.#kept;
    for (const { bucket, extent } of kept?.blocks() ?? []) {
      const block = this.#blockOf(bucket);
      block.extents.push(extent);
      block.written += extent.length;
    }
  }

  /** Bytes that did not fit into memory. */
  get spilledBytes(): number {
    return this.#file?.bytes ?? 0;
  }

  add(digest: string, payload: string): void {
    const block = this.#blockOf(digest.charCodeAt(this.#level) & 0xff);
    // Of UTF-16 no unit becomes more than three bytes.
    const most = HEAD + payload.length * 3;
    if (block.used + most > block.buffer.length) this.#makeRoom(block, most);
    const { buffer, used } = block;
    const length = buffer.write(payload, used + HEAD, 'utf8');
    buffer.writeUInt32LE(length, used);
    buffer.write(digest, used + 4, DIGEST_LENGTH, 'latin1');
    block.used = used + HEAD + length;
  }

  /** Writes to the file what is in memory, however little. */
  flush(): void {
    for (const block of this.#blocks) if (block !== undefined && block.used > 0) this.#write(block);
  }

  /** Every bucket that holds something, by digest; those over `maxBytes` are dealt again, as far as digests differ. */
  *buckets(maxBytes: number): Generator<Bucket, void, undefined> {
    for (const block of this.#blocks) {
      if (block === undefined) continue;
      const bucket = this.#bucket(block);
      if (bucket.bytes <= maxBytes || this.#level >= LAST_LEVEL) {
        yield bucket;
        continue;
      }
      using finer = new Spill({ folder: this.#folder, memoryBytes: maxBytes, level: this.#level + 1 });
      for (const { digest, payload } of bucket.records()) finer.add(digest, payload);
      yield* finer.buckets(maxBytes);
    }
  }

  [Symbol.dispose](): void {
    if (this.#file !== this.#kept) this.#file?.close();
    this.#file = null;
    this.#blocks.fill(undefined);
  }

  #blockOf(bucket: number): Block {
    const there = this.#blocks[bucket];
    if (there !== undefined) return there;
    const buffer = Buffer.allocUnsafe(Math.min(FIRST_BLOCK, this.#blockBytes));
    const block = { bucket, buffer, used: 0, extents: [], written: 0 };
    this.#blocks[bucket] = block;
    return block;
  }

  #bucket(block: Block): Bucket {
    const self = this;
    return {
      bytes: block.written + block.used,
      *records() {
        for (const extent of block.extents) yield* recordsOf(self.#read(extent));
        yield* recordsOf(block.buffer.subarray(0, block.used));
      },
    };
  }

  #makeRoom(block: Block, needed: number): void {
    const wanted = block.used + needed;
    if (wanted <= this.#blockBytes) {
      const larger = Buffer.allocUnsafe(
        Math.min(this.#blockBytes, Math.max(wanted, block.buffer.length * 2)),
      );
      block.buffer.copy(larger, 0, 0, block.used);
      block.buffer = larger;
      return;
    }
    if (block.used > 0) this.#write(block);
    if (needed > block.buffer.length) block.buffer = Buffer.allocUnsafe(Math.max(needed, this.#blockBytes));
  }

  #write(block: Block): void {
    this.#file ??= namelessFile(this.#folder);
    block.extents.push(this.#file.write(block.bucket, block.buffer.subarray(0, block.used)));
    block.written += block.used;
    block.used = 0;
  }

  #read(extent: Extent): Buffer {
    if (this.#file === null) throw new Error('a spill was read after it was let go');
    return this.#file.read(extent);
  }
}

function* recordsOf(block: Buffer): Generator<SpillRecord, void, undefined> {
  for (let at = 0; at < block.length; ) {
    const length = block.readUInt32LE(at);
    const digest = block.toString('latin1', at + 4, at + HEAD);
    yield { digest, payload: block.toString('utf8', at + HEAD, at + HEAD + length) };
    at += HEAD + length;
  }
}
