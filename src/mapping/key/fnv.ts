import { isPlainText } from '../../item/json-text.js';

/**
 * FNV-1a over the UTF-8 bytes of a text (draft-eastlake-fnv): a few lines in any language, so that an
 * application can compute the shard of a key itself. Not for protection against chosen input.
 */
export function fnv1a32(text: string): number {
  if (!isPlainText(text)) return fnv1a32Bytes(Buffer.from(text));
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function fnv1a32Bytes(bytes: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The 64-bit hash as 16 lower-case hex digits. The prime is 2^40 + 0x1b3: two halves of 32 bits suffice. */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of Buffer.from(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
    low = product % 0x1_0000_0000;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
