const BITS = 26;

/** 8 MB that remember digests, in the manner of a Bloom filter: it never denies one that was added. */
export class DigestFilter {
  readonly #bits = Buffer.alloc(2 ** (BITS - 3));

  add(digest: string): void {
    const bit = bitOf(digest);
    this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }

  mayHold(digest: string): boolean {
    const bit = bitOf(digest);
    return ((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }
}

/** From the end of the digest, whose beginning tells its bucket. */
function bitOf(digest: string): number {
  const at = digest.length - 4;
  const word =
    (digest.charCodeAt(at) << 24) |
    (digest.charCodeAt(at + 1) << 16) |
    (digest.charCodeAt(at + 2) << 8) |
    digest.charCodeAt(at + 3);
  return word >>> (32 - BITS);
}
