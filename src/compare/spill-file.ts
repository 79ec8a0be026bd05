import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { MigrationError } from '../support/error.js';
import { syncFolder } from '../support/sync-folder.js';

/** Where a block of records is in its file, in bytes. */
export interface Extent {
  readonly at: number;
  readonly length: number;
}

/**
 * Where blocks of records are when memory does not do. Reads and writes are synchronous: blocks of some 100 KB to and
 * from the page cache, in a phase in which nothing else waits for the event loop.
 */
export interface SpillFile {
  /** Bytes of the file. */
  readonly bytes: number;
  write(bucket: number, block: Buffer): Extent;
  /** Throws where it is not what was written. */
  read(extent: Extent): Buffer;
  close(): void;
}

/** A file that has no name from the moment it is open, so that a process that is killed leaves nothing behind. */
export function namelessFile(folder: string): SpillFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `tablefold-${randomBytes(8).toString('hex')}.spill`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path, { force: true });
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    write(_bucket, block) {
      writeAll(file, block, bytes);
      const extent = { at: bytes, length: block.length };
      bytes += block.length;
      return extent;
    },
    read(extent) {
      const block = readAll(file, extent);
      if (block === null) throw new Error('a temporary file has lost its end');
      return block;
    },
    close: () => closeSync(file),
  };
}

const TITLE = Buffer.from('tablefold spill, format 1\n');
/** Bucket (1 byte), length of the block and its CRC-32 (4 each, little endian). */
const HEAD = 9;

/**
 * A file that outlives its process: a title, then each block behind a head that says which bucket's it is, so that
 * whoever knows how long the file was at a moment has everything that was written until then.
 */
export class KeptFile implements SpillFile {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;
  #named = false;
  #closed = false;

  private constructor(path: string, file: number, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /**
   * The first `bytes` of the file that is there, what is behind them cut off; 0: an empty one in its place. Throws
   * `STATE_CORRUPT` where it is shorter, `STATE_FORMAT`.
   */
  static open(path: string, bytes: number): KeptFile {
    if (bytes === 0) {
      const file = openSync(path, 'w+', 0o600);
      writeAll(file, TITLE, 0);
      return new KeptFile(path, file, TITLE.length);
    }
    const file = openSync(path, 'r+');
    try {
      if (fstatSync(file).size < bytes)
        throw damaged(path, `it is shorter than the ${bytes} bytes that were kept`);
      const title = readAll(file, { at: 0, length: TITLE.length });
      if (title === null || !title.equals(TITLE)) throw otherFormat(path);
      ftruncateSync(file, bytes);
      return new KeptFile(path, file, bytes);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(bucket: number, block: Buffer): Extent {
    const head = Buffer.allocUnsafe(HEAD);
    head.writeUInt8(bucket, 0);
    head.writeUInt32LE(block.length, 1);
    head.writeUInt32LE(crc32(block), 5);
    writeAll(this.#file, head, this.#bytes);
    writeAll(this.#file, block, this.#bytes + HEAD);
    const extent = { at: this.#bytes + HEAD, length: block.length };
    this.#bytes += HEAD + block.length;
    return extent;
  }

  read(extent: Extent): Buffer {
    const head = this.#headAt(extent.at - HEAD);
    const block = readAll(this.#file, extent);
    if (block === null || head.length !== extent.length || head.crc !== crc32(block)) {
      throw damaged(this.#path, `the block at byte ${extent.at} is not what was written`);
    }
    return block;
  }

  /** Every block in the order they were written, by their heads alone. Throws `STATE_CORRUPT`. */
  *blocks(): Generator<{ readonly bucket: number; readonly extent: Extent }, void, undefined> {
    for (let at = TITLE.length; at < this.#bytes; ) {
      const { bucket, length } = this.#headAt(at);
      const extent = { at: at + HEAD, length };
      at += HEAD + length;
      if (at > this.#bytes) throw damaged(this.#path, `the block at byte ${extent.at} goes beyond its end`);
      yield { bucket, extent };
    }
  }

  /** Resolves when all that was written before the call is on stable storage, its name too. */
  async sync(): Promise<void> {
    await promisify(fdatasync)(this.#file);
    if (this.#named) return;
    await syncFolder(dirname(this.#path));
    this.#named = true;
  }

  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }

  /** Forgets it for good. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
  }

  #headAt(at: number): { readonly bucket: number; readonly length: number; readonly crc: number } {
    const head = readAll(this.#file, { at, length: HEAD });
    if (head === null) throw damaged(this.#path, `it ends at byte ${at}, within a block`);
    return { bucket: head.readUInt8(0), length: head.readUInt32LE(1), crc: head.readUInt32LE(5) };
  }
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let from = 0; from < bytes.length; ) {
    from += writeSync(file, bytes, from, bytes.length - from, at + from);
  }
}

/** Null where the file ends before. */
function readAll(file: number, { at, length }: Extent): Buffer | null {
  const buffer = Buffer.allocUnsafe(length);
  for (let from = 0; from < length; ) {
    const read = readSync(file, buffer, from, length - from, at + from);
    if (read === 0) return null;
    from += read;
  }
  return buffer;
}

function damaged(path: string, why: string): MigrationError {
  return new MigrationError('STATE_CORRUPT', `${path} is damaged: ${why}`, {
    hint: 'No crash does this: look after the disk, then begin again with --restart.',
  });
}

function otherFormat(path: string): MigrationError {
  return new MigrationError('STATE_FORMAT', `${path} is of another version of tablefold`, {
    hint: 'Go on with the version that began, or begin again with --restart.',
  });
}
