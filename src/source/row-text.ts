/** Up to so many bytes a row is one text that its cells are parts of: more would be kept alive by a short cell. */
export const LONGEST_TEXT = 4096;

/** Whether the bytes from `from` to `to` are ASCII, and so the same text in UTF-8 and with a character for each byte. */
export function isAscii(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}
