const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Walks JSON text byte by byte without making values: what a request says is found where it stands. */
export class JsonCursor {
  readonly bytes: Buffer;
  at: number;
  /** The last string read: from behind its opening quote to its closing one, and its length without escapes. */
  start = 0;
  end = 0;
  length = 0;
  /** FNV-1a over the last string's bytes as they stand, mixed well enough to cut into ranges. */
  hash = 0;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The next byte that is no white space; stays there. */
  peek(): number {
    const { bytes } = this;
    let byte = bytes[this.at] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.at] ?? 0;
    return byte;
  }

  /** Steps over `byte`. Throws where something else stands. */
  expect(byte: number): void {
    if (this.peek() !== byte) throw new SyntaxError(`no ${String.fromCharCode(byte)} at byte ${this.at}`);
    this.at += 1;
  }

  /** Steps over `byte` if it is the next. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at += 1;
    return true;
  }

  string(): void {
    this.expect(QUOTE);
    const { bytes } = this;
    let at = this.at;
    let length = 0;
    this.start = at;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === undefined) throw new SyntaxError('the text ends inside a string');
      if (byte !== BACKSLASH) {
        at += 1;
        length += 1;
      } else if (bytes[at + 1] === 0x75) {
        length += utf8Length(bytes.toString('latin1', at + 2, at + 6));
        at += 6;
      } else {
        at += 2;
        length += 1;
      }
    }
    this.end = at;
    this.length = length;
    this.at = at + 1;
  }

  /** A string whose hash is wanted too. */
  hashedString(): void {
    this.string();
    let hash = 0x811c9dc5;
    for (let at = this.start; at < this.end; at += 1) {
      hash = Math.imul(hash ^ (this.bytes[at] as number), 0x01000193); // at < end
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    this.hash = (hash ^ (hash >>> 16)) >>> 0;
  }

  /** The last string as text. */
  text(): string {
    const raw = this.bytes.toString('utf8', this.start, this.end);
    return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  /** Steps over any value. */
  skip(): void {
    const byte = this.peek();
    if (byte === QUOTE) this.string();
    else if (byte === 0x7b || byte === 0x5b) this.#skipNested();
    else {
      const { bytes } = this;
      for (let next = bytes[this.at]; next !== undefined && !isEnd(next); next = bytes[this.at]) this.at += 1;
    }
  }

  #skipNested(): void {
    let depth = 0;
    do {
      const byte = this.peek();
      if (byte === QUOTE) {
        this.string();
        continue;
      }
      if (byte === 0x7b || byte === 0x5b) depth += 1;
      else if (byte === 0x7d || byte === 0x5d) depth -= 1;
      else if (byte === 0) throw new SyntaxError('the text ends inside a value');
      this.at += 1;
    } while (depth > 0);
  }
}

function isEnd(byte: number): boolean {
  return byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20;
}

/** Bytes in UTF-8 of one \u escape; each half of a surrogate pair counts two, so that a pair counts four. */
function utf8Length(hex: string): number {
  const unit = Number.parseInt(hex, 16);
  if (unit < 0x80) return 1;
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2;
  return 3;
}
