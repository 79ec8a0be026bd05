import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DIGEST_LENGTH } from './digest.js';

export interface SpillOptions {
  /** Where the file is made when memory does not do; made itself where it is not there. */
  readonly folder: string;
  /** Bytes of records kept in memory. */
  readonly memoryBytes: number;
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

interface Extent {
  readonly at: number;
  readonly length: number;
}

interface Block {
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
 * however many there are: in memory as long as they fit, else in one file. The file has no name from the
 * moment it is open, so that a process that is killed leaves nothing behind.
 *
 * Reads and writes are synchronous: blocks of some 100 KB to and from the page cache, in a phase in which
 * nothing else waits for the event loop.
 */
export class Spill implements Disposable {
  readonly #folder: string;
  readonly #level: number;
  readonly #blockBytes: number;
  readonly #blocks: (Block | undefined)[] = Array.from({ length: BUCKETS });
  #file: number | null = null;
  #end = 0;

  constructor({ folder, memoryBytes, level = 0 }: SpillOptions) {
    this.#folder = folder;
    this.#level = level;
    this.#blockBytes = Math.max(LEAST_BLOCK, Math.floor(memoryBytes / BUCKETS));
  }

  /** Bytes that did not fit into memory. */
  get spilledBytes(): number {
    return this.#end;
  }

  add(digest: string, payload: string): void {
    const number = digest.charCodeAt(this.#level) & 0xff;
    let block = this.#blocks[number];
    if (block === undefined) {
      block = {
        buffer: Buffer.allocUnsafe(Math.min(FIRST_BLOCK, this.#blockBytes)),
        used: 0,
        extents: [],
        written: 0,
      };
      this.#blocks[number] = block;
    }
    // Of UTF-16 no unit becomes more than three bytes.
    const most = HEAD + payload.length * 3;
    if (block.used + most > block.buffer.length) this.#makeRoom(block, most);
    const { buffer, used } = block;
    const length = buffer.write(payload, used + HEAD, 'utf8');
    buffer.writeUInt32LE(length, used);
    buffer.write(digest, used + 4, DIGEST_LENGTH, 'latin1');
    block.used = used + HEAD + length;
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
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#blocks.fill(undefined);
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
    this.#file ??= openNameless(this.#folder);
    for (let from = 0; from < block.used; ) {
      from += writeSync(this.#file, block.buffer, from, block.used - from, this.#end + from);
    }
    block.extents.push({ at: this.#end, length: block.used });
    block.written += block.used;
    this.#end += block.used;
    block.used = 0;
  }

  #read({ at, length }: Extent): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    for (let from = 0; from < length; ) {
      const read = this.#file === null ? 0 : readSync(this.#file, buffer, from, length - from, at + from);
      if (read === 0) throw new Error('a temporary file has lost its end');
      from += read;
    }
    return buffer;
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

function openNameless(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `tablefold-${randomBytes(8).toString('hex')}.spill`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path, { force: true });
  return file;
}
