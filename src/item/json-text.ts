/**
 * Printable ASCII without `"` and `\`: its JSON string is itself in quotes, and a character is a byte. A
 * test with this and plain concatenation is faster than `JSON.stringify` and `Buffer.byteLength`.
 */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The text needs no escaping in JSON and is as many bytes of UTF-8 as it is characters. */
export function isPlainText(text: string): boolean {
  return PLAIN.test(text);
}

/** The text as a JSON string, quotes included. Lone surrogates, which UTF-8 cannot hold, come out escaped. */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Bytes of the text in UTF-8. */
export function textBytes(text: string): number {
  return PLAIN.test(text) ? text.length : Buffer.byteLength(text);
}
